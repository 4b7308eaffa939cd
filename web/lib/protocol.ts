/**
 * What the page and the engine's worker say to each other.
 *
 * Every message is one of a closed union, told apart by `type`. A request carries an `id`; whatever
 * the worker says about it carries the same one. Only data crosses, never code.
 */
import type { Asked, WhatIf } from "./what_if.ts";

/** An error as the engine tells it: a stable code, what is wrong, and what to do. */
export interface EngineError {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** Where the engine is on its way; `fraction` is between 0 and 1, or null when not known. */
export interface Stage {
  readonly name: "idle" | "download" | "start" | "ready" | "failed";
  /** The stage in words, for people. */
  readonly text: string;
  readonly fraction: number | null;
}

/** Where the model of a request comes from. */
export type Source =
  /** Files the user chose. The first is the model; the others may hold its external data. */
  | { readonly kind: "file"; readonly files: readonly File[] }
  /** A model that ships with the page; `url` is relative to it. */
  | { readonly kind: "sample"; readonly url: string; readonly name: string }
  /** The decoded state of a link. */
  | { readonly kind: "state"; readonly state: unknown }
  /** None: what is asked is not about one model. */
  | { readonly kind: "none" };

/** Of what a layer's mapping has the least. */
export type Objective = "energy" | "delay" | "energy_delay";

/** What the user can choose about an estimate. */
export interface EstimateOptions extends Asked<WhatIf> {
  readonly batch: number | null;
  /** Widths of all layers; null for the model's own, or a link's; false takes a link's away. */
  readonly bits: { readonly weight: number; readonly activation: number } | false | null;
  /** One of the platform's dataflows by its id; null for its first, or a link's own. */
  readonly dataflow: string | null;
  /** Of what each layer's mapping has the least; null for energy, or a link's own. */
  readonly objective: Objective | null;
  /** Bytes of memory levels by their ids, where they are not the platform's own. */
  readonly capacities: Readonly<Record<string, number>>;
  /** Whether it is looked at what fusing layers would save. */
  readonly fuse: boolean;
  /** The content of a density file (zero fractions per layer), or null. */
  readonly density: unknown;
  /** Whether the zeros in the weights are counted, which reads them all once. */
  readonly weights: boolean;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly dims: Readonly<Record<string, number>>;
  readonly values: Readonly<Record<string, number | readonly number[]>>;
}

/** One question to the engine; `platform` is the content of a platform file. */
export interface EstimateRequest {
  readonly source: Source;
  readonly platform: unknown;
  readonly options: EstimateOptions;
  /** Whether the platform is the user's own file, which a link must then carry. */
  readonly ownPlatform?: boolean;
  /**
   * "held": each layer runs by the mapping that was last found for it, where that fits, and nothing
   * is searched. Without, every layer is mapped anew.
   */
  readonly mappings?: "held";
  /** What is asked instead of an estimate, and what else belongs to that question. */
  readonly verb?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Page to worker. */
export type ToWorker =
  | { readonly type: "boot" }
  | { readonly type: "estimate"; readonly id: number; readonly request: EstimateRequest };

/** Worker to page. */
export type FromWorker =
  | { readonly type: "stage"; readonly stage: Stage }
  /** The engine is up; `notes` says what was not as planned (a plain boot, say). */
  | { readonly type: "ready"; readonly notes: readonly string[] }
  /** The engine did not start, or stopped for good. */
  | { readonly type: "failed"; readonly error: EngineError }
  | {
      readonly type: "progress";
      readonly id: number;
      readonly text: string;
      readonly fraction: number | null;
    }
  /** The JSON text that the engine answered with, untouched. */
  | { readonly type: "answer"; readonly id: number; readonly text: string };

/** The words of a request's progress while the zeros in its weights are counted. */
export const COUNTING = "weights";

/** Those while layer after layer is mapped. */
export const MAPPING = "map";

/** Those while the layers of a model are worked out. */
export const LAYERS = "layers";

/** The code of the error that says the worker runs without the page's policy. */
export const NO_POLICY = "policy-missing";
