/**
 * A breakdown as the engine gives it (schema `joulegraph/result/1`).
 *
 * Quantities are for the whole batch. Unknown is null, never 0. `parts` are in joules where the
 * platform has them, else in MAC energies (multiples of the energy of one MAC at native width).
 */

import type { Remark } from "./answer.ts";
import type { WhatIf } from "./fusion.ts";
import { Problem } from "./problem.ts";
import type { Objective } from "./protocol.ts";

export type TensorId = "computation" | "ifmap" | "weight" | "ofmap";
export type Parts = Readonly<Partial<Record<string, Readonly<Partial<Record<string, number>>>>>>;

export interface Loops {
  /** Images, groups, ofmap and ifmap channels of a group, ofmap rows and columns, filter rows and columns. */
  readonly n: number;
  readonly g: number;
  readonly m: number;
  readonly c: number;
  readonly p: number;
  readonly q: number;
  readonly r: number;
  readonly s: number;
  readonly h?: number;
  readonly w?: number;
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly number[];
  /** A third spatial dimension: its ofmap planes are in `n`, its filter planes in `c` besides. */
  readonly planes?: {
    readonly o: number;
    readonly t: number;
    readonly d: number;
    readonly stride: number;
    readonly dilation: number;
    readonly padding: readonly number[];
  };
}

/** Accesses of one tensor at one level; energies in MAC energies. */
export interface Term {
  readonly tensor: string;
  readonly level: string;
  readonly accesses: number;
  readonly bits_per_word: number;
  readonly energy_per_word: number;
  readonly energy: number;
  readonly why: string;
}

/** How a layer runs; loops by their letters, levels by their ids. */
export interface Mapping {
  readonly dataflow: string;
  readonly objective: Objective;
  /** The tile of each level but the outermost, as far as it is larger than one. */
  readonly tiles: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly kept: Readonly<Record<string, readonly string[]>>;
  readonly unrolled: readonly {
    readonly axis: string;
    readonly pes: number;
    readonly factors: Readonly<Record<string, number>>;
  }[];
  /** A line for each loop, the outermost first; the last one is the MAC. */
  readonly nest: readonly string[];
  readonly active_pes: number;
  readonly pes: number;
  /** What the array takes; levels may take longer. */
  readonly cycles: number;
  readonly delay: {
    readonly cycles: number;
    /** "compute", or the level whose bandwidth takes longest. */
    readonly bound: string;
    readonly by: Readonly<Record<string, number>>;
  } | null;
  readonly utilisation: number;
  readonly looked_at: number | null;
  /** How much less another mapping might cost, relatively; 0 where none does, null where unknown. */
  readonly gap: number | null;
  /** Whether it was found for other options, and nothing has been searched for these. */
  readonly held?: boolean;
}

export interface Layer {
  readonly name: string;
  readonly kind: string;
  readonly op_types: readonly string[];
  readonly nodes: readonly number[];
  /** Where the nodes are: null for the main graph, else the way to a branch's, loop's or function's body. */
  readonly path?: string | null;
  /** How often the layer runs in one inference: `macs`, `ops` and energies are of all runs, `loops` of one. */
  readonly runs?: number;
  readonly macs: number | null;
  readonly ops: number | null;
  readonly parameters: number | null;
  readonly energy_j: number | null;
  readonly energy_macs: number | null;
  readonly time_s?: number | null;
  readonly origin: string;
  readonly parts: Parts;
  readonly loops: Loops | null;
  readonly bits: Readonly<Record<string, number | null>>;
  readonly zeros: Readonly<Record<string, number | null>>;
  readonly mapping: Mapping | null;
  readonly terms: readonly Term[];
  readonly notes?: readonly Remark[];
}

export interface Level {
  readonly id: string;
  readonly name: string;
  readonly energy_macs: number;
  /** The dearest access, where reads, writes or tensors differ. */
  readonly most_macs?: number;
  readonly source: string;
}

export interface PlatformSummary {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly hash: string;
  readonly word_bits: number;
  readonly mac_energy_j: number | null;
  readonly levels: readonly Level[];
  /** The one that layers are mapped by, and those that there are. */
  readonly dataflow?: string;
  readonly objective?: Objective;
  readonly dataflows?: readonly { readonly id: string; readonly name: string }[];
}

export interface NotModelled {
  readonly name: string;
  readonly op: string;
  readonly nodes: readonly number[];
  readonly macs: number | null;
  readonly reason: string;
}

/** Something that the file leaves open, with the answer that was taken. */
export interface Question {
  readonly kind: "dimension" | "size" | "shape" | "branch" | "count";
  /** The part of the options that answers it. */
  readonly option: "dims" | "inputs" | "values";
  readonly name: string;
  readonly taken: number | null;
  readonly about: string;
  /** Whether it is a dimension that the choice of a batch sets too. */
  readonly follows_batch?: boolean;
}

export interface Result {
  readonly schema: string;
  readonly engine: string;
  readonly model: {
    readonly name: string;
    readonly source: string;
    readonly file: string | null;
    /** null for an input whose shape is not known. */
    readonly inputs: Readonly<Record<string, readonly (number | null)[] | null>>;
    readonly producer: string | null;
    readonly opset: number | null;
    readonly questions?: readonly Question[];
  };
  readonly platform: PlatformSummary;
  readonly options: {
    readonly batch: number;
    readonly bits: { readonly weight: number | null; readonly activation: number | null } | null;
    readonly density: { readonly source: string } | null;
    /** Bytes of memory levels by their ids, where they are not the platform's own. */
    readonly capacities?: Readonly<Record<string, number>>;
  };
  readonly totals: {
    readonly macs: number | null;
    readonly ops: number | null;
    readonly parameters: number | null;
    readonly energy_j: number | null;
    readonly energy_macs: number | null;
    readonly time_s?: number | null;
    readonly power_w?: number | null;
    readonly parts: Parts;
    readonly per_inference: {
      readonly macs: number | null;
      readonly energy_j: number | null;
      readonly energy_macs: number | null;
    };
  };
  readonly coverage: {
    readonly macs_share: number | null;
    readonly not_modelled: readonly NotModelled[];
  };
  readonly layers: readonly Layer[];
  readonly notes: readonly Remark[];
  /** There where it was asked for. */
  readonly what_if?: WhatIf;
}

/** The engine's result, told apart from anything else by its schema. */
export function asResult(value: unknown): Result {
  if (typeof value === "object" && value !== null && "schema" in value) {
    if (value.schema === "joulegraph/result/1") return whole(value as Shared);
  }
  throw new Problem(
    "result-schema",
    "The engine's answer is not a breakdown that this page can show.",
    "Reload the page, so that page and engine are of one version.",
  );
}

/** A result as the engine hands it over: what layers of the same cost share stands apart, once. */
type Shared = Omit<Result, "layers"> & {
  readonly layers: readonly (Layer & { readonly detail?: number })[];
  readonly details?: readonly object[];
};

function whole({ details, ...result }: Shared): Result {
  if (details === undefined) return result;
  const layers = result.layers.map(({ detail, ...layer }) => ({
    ...layer,
    ...details[detail ?? 0],
  }));
  return { ...result, layers };
}
