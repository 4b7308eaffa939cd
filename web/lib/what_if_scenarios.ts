/** Questions that take more than one pricing: a curve over batches, pruning, tokens; their answers. */
import type { CostUnit } from "./cost.ts";
import type { Opened } from "./opened.ts";
import type { EngineError } from "./protocol.ts";
import type { Layer, Question, Result } from "./result.ts";
import { type LayerZeros, ofLayer, type PerLayer, withLayer } from "./what_if.ts";

export interface Cost {
  readonly energy_j: number | null;
  readonly energy_macs: number | null;
  readonly time_s?: number | null;
  readonly power_w?: number | null;
}

export function costIn(cost: Cost | undefined, unit: CostUnit): number | null {
  const { time_s, energy_j, energy_macs } = cost ?? {};
  return (unit === "s" ? time_s : unit === "J" ? energy_j : energy_macs) ?? null;
}

/** The batches of the curve: 1 to 256, as Li et al. have them (papers/004, section V-B). */
export const BATCHES: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export interface CurvePoint extends Cost {
  readonly batch: number;
  readonly per_inference?: Cost;
  readonly error?: EngineError;
}

export interface PruneStep extends Cost {
  readonly layer: string;
  readonly index: number;
  readonly share: number | null;
  readonly saves_j: number | null;
  readonly saves_macs: number | null;
  /** Layers that read the same weights. */
  readonly also?: readonly string[];
}

export interface Pruning {
  readonly keep: number;
  readonly before: Cost;
  readonly steps: readonly PruneStep[];
  readonly about: string;
  readonly source: string;
}

/** Zero fractions of layers with the first `count` steps of pruning done. */
export function pruned(
  { keep, steps }: Pruning,
  count: number,
  layers: readonly Layer[],
  before: PerLayer<LayerZeros>,
): PerLayer<LayerZeros> {
  const own = new Map(layers.map(({ name, zeros }) => [name, zeros?.weight ?? 0]));
  let all = before;
  for (const { layer, also = [] } of steps.slice(0, count)) {
    for (const name of [layer, ...also]) {
      const weight = Number((1 - keep * (1 - (own.get(name) ?? 0))).toPrecision(12));
      all = withLayer(all, name, { ...ofLayer(all, name), weight });
    }
  }
  return all;
}

export interface Tokens {
  readonly prompt: number;
  readonly generate: number;
  readonly batch: number;
  readonly prefill: Cost;
  readonly decode: readonly (Cost & { readonly position: number })[];
  /** All tokens after the prompt. */
  readonly generated: Cost;
  readonly total: Cost;
  readonly about: string;
}

/** The dimensions that a file leaves free, other than the batch. */
export function freeDimensions({ model }: Result): readonly Question[] {
  return (model.questions ?? []).filter(
    ({ kind, follows_batch }) => kind === "dimension" && follows_batch !== true,
  );
}

const NUMBERS = new WeakMap<object, number>();
let last = 0;

/** What changes when a question about what is open has another answer; `apart` from some choices. */
export function keyOf({ source, choices }: Opened, apart: object = {}): string {
  let number = NUMBERS.get(source);
  if (number === undefined) {
    last += 1;
    number = last;
    NUMBERS.set(source, number);
  }
  return `${number} ${JSON.stringify({ ...choices, fuse: 0, ...apart })}`;
}
