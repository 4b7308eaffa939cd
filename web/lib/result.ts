/**
 * A breakdown as the engine gives it (schema `joulegraph/result/1`).
 *
 * Quantities are for the whole batch. Unknown is null, never 0. `parts` are in joules where the
 * platform has them, else in MAC energies (multiples of the energy of one MAC at native width); on a
 * timed platform whose power is not known there are none.
 */

import type { Remark } from "./answer.ts";
import type { WhatIf } from "./fusion.ts";
import { Problem } from "./problem.ts";
import type { Objective } from "./protocol.ts";
import type { Proxies } from "./proxies.ts";
import type { Phase, Training } from "./training.ts";

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

/** A share of a layer's time on a timed platform, in seconds; one of a fit may be below zero. */
export interface TimeTerm {
  readonly term: string;
  /** What the time goes into: computation, a tensor, "data", "launch" or "other". */
  readonly role: string;
  readonly time_s: number;
  readonly why: string;
}

export type QuantityId = "time_s" | "power_w" | "energy_j";
export type Ends = readonly [number, number];

/** Between what quantities lie with a probability of `level`; those of totals say their rule. */
export type Interval = Readonly<Partial<Record<QuantityId, Ends>>> & {
  readonly level: number;
  readonly rule?: string;
};

/** Where each quantity is from: modelled, measured or datasheet; null where it is not known. */
export type Origins = Readonly<Record<QuantityId, string | null>>;

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
  /** The part of a training step that it is; not there in an inference. */
  readonly phase?: Phase;
  readonly op_types: readonly string[];
  readonly nodes: readonly number[];
  /** Where the nodes are: null for the main graph, else the way to a branch's, loop's or function's body. */
  readonly path?: string | null;
  /** How often the layer runs in one inference: `macs`, `ops` and energies are of all runs, `loops` of one. */
  readonly runs?: number;
  readonly macs: number | null;
  readonly ops: number | null;
  readonly parameters: number | null;
  /** Its ifmap, weights and ofmap, each once, at their widths. */
  readonly bytes?: number | null;
  readonly energy_j: number | null;
  readonly energy_macs: number | null;
  readonly time_s?: number | null;
  readonly power_w?: number | null;
  readonly interval?: Interval | null;
  readonly origin: string;
  readonly origins?: Origins;
  /** Whether it lies where the platform was measured; null where nobody measured. */
  readonly in_range?: boolean | null;
  readonly parts: Parts;
  readonly loops: Loops | null;
  readonly bits: Readonly<Record<string, number | null>>;
  readonly zeros: Readonly<Record<string, number | null>>;
  readonly mapping: Mapping | null;
  /** Accesses that add up to the energy, or shares that add up to the time. */
  readonly terms: readonly Term[] | readonly TimeTerm[];
  readonly notes?: readonly Remark[];
}

export interface Level {
  readonly id: string;
  readonly name: string;
  /** null on a timed platform, which counts no accesses. */
  readonly energy_macs: number | null;
  /** The dearest access, where reads, writes or tensors differ. */
  readonly most_macs?: number | null;
  readonly source: string;
}

/** A figure of a datasheet. */
export interface Figure {
  readonly value: number;
  readonly source: string;
}

/** How far off a fit was on rows that it had not seen; shares, not percent. */
export interface FitErrors {
  readonly rows: number;
  readonly rmspe: number;
  readonly mape: number;
  readonly median: number;
  readonly bias: number;
}

/** Ratios of measured to predicted between which 80 % lay, for layers of up to so many seconds. */
export interface Band {
  readonly up_to_s: number | null;
  readonly low: number;
  readonly high: number;
}

/** What cross-validation says of a fitted quantity; points are [measured, predicted]. */
export interface Fit {
  readonly errors?: FitErrors | null;
  readonly energy_errors?: FitErrors | null;
  readonly interval?: {
    readonly level: number;
    readonly coverage?: number | null;
    readonly bands: readonly Band[];
  } | null;
  readonly points?: readonly Ends[] | null;
}

/** A kind of layer that was measured. */
export interface MeasuredKind {
  readonly kind: string;
  /** Widths of weights and activations, "32x32". */
  readonly dtype: string;
  readonly rows?: number | null;
  readonly ranges: Readonly<Record<string, Ends>>;
  readonly fixed?: Readonly<Record<string, number>>;
  readonly time_s: Fit;
  readonly power_w: Fit | null;
}

export interface Calibration {
  /** Factors on times and powers, from so many networks measured. */
  readonly time: number;
  readonly power: number | null;
  readonly networks: number;
}

/** Drawn for as long as the layers take, whatever is computed. */
export interface Standing {
  readonly power_w: number;
  readonly energy_j: number | null;
  /** Whether the layers' own energy has it in it. */
  readonly included: boolean;
  readonly source: string;
}

export interface PlatformSummary {
  readonly id: string;
  readonly name: string;
  /** accelerator, measured or datasheet. */
  readonly kind: string;
  readonly hash: string;
  /** An accelerator's own; not there on a timed platform. */
  readonly word_bits?: number;
  readonly mac_energy_j?: number | null;
  /** A datasheet's. */
  readonly class?: string;
  readonly figures?: Readonly<Record<string, Figure | null>>;
  /** A profile's: how it was fitted, what it says of the device, what was measured. */
  readonly form?: string;
  readonly about?: Readonly<Record<string, unknown>>;
  readonly kinds?: readonly MeasuredKind[];
  readonly calibration?: Calibration | null;
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
    readonly interval?: Interval | null;
    readonly origins?: Origins;
    /** How much of each is from a datasheet, or of a measured device not measured. */
    readonly estimated_share?: Readonly<Partial<Record<QuantityId, number | null>>>;
    readonly host?: Standing | null;
    readonly idle?: Standing | null;
    readonly parts: Parts;
    readonly per_inference: {
      readonly macs: number | null;
      readonly energy_j: number | null;
      readonly energy_macs: number | null;
      readonly time_s?: number | null;
    };
  };
  readonly coverage: {
    readonly macs_share: number | null;
    readonly not_modelled: readonly NotModelled[];
  };
  readonly layers: readonly Layer[];
  readonly notes: readonly Remark[];
  /** There where it was asked for. */
  /** How well what is easily counted ranks the layers. */
  readonly proxies?: Proxies;
  readonly what_if?: WhatIf;
  /** Of a training step: its phases, and what it costs an image. */
  readonly training?: Training;
}

/** Whether layers are mapped onto an array; else they are timed, and there are no MAC energies. */
export function isMapped({ kind }: { readonly kind: string }): boolean {
  return kind === "accelerator";
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
