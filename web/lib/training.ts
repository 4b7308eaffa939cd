/** A training step by phase, and what an epoch and a run of epochs come to. */
import { layerCost, unitOf } from "./cost.ts";
import { short } from "./format.ts";
import type { Result } from "./result.ts";

export const PHASES = [
  { id: "forward", label: "Forward" },
  { id: "input_gradient", label: "Gradients to inputs" },
  { id: "weight_gradient", label: "Gradients to weights" },
  { id: "update", label: "Update" },
] as const;
export type Phase = (typeof PHASES)[number]["id"];

export interface PhaseTotals {
  readonly layers: number;
  readonly macs: number | null;
  readonly ops: number | null;
  readonly energy_j: number | null;
  readonly energy_macs: number | null;
  readonly time_s: number | null;
}

export interface Training {
  readonly optimizer: string;
  readonly batch: number;
  readonly phases: Readonly<Record<Phase, PhaseTotals>>;
  readonly per_image: Pick<PhaseTotals, "energy_j" | "energy_macs" | "time_s">;
}

/** The layers of an inference with what each phase of them costs; null for a phase that is not there. */
export interface TrainedLayer {
  readonly name: string;
  readonly phases: Readonly<Record<Phase, number | null>>;
  readonly total: number;
}

/** `limit` layers that cost most. */
export function trainedLayers(result: Result, limit: number): readonly TrainedLayer[] {
  const unit = unitOf(result);
  const found = new Map<string, Record<Phase, number | null>>();
  for (const layer of result.layers) {
    const { phase } = layer;
    if (phase == null) continue;
    const [name = layer.name] = layer.name.split(" / ");
    const phases = found.get(name) ?? {
      forward: null,
      input_gradient: null,
      weight_gradient: null,
      update: null,
    };
    const cost = layerCost(layer, unit);
    if (cost !== null) phases[phase] = (phases[phase] ?? 0) + cost;
    found.set(name, phases);
  }
  return [...found]
    .map(([name, phases]) => ({
      name,
      phases,
      total: Object.values(phases).reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
    }))
    .sort((a, b) => b.total - a.total)
    .slice(0, limit);
}

/** Large joules in kilowatt-hours, long seconds in hours, days or years; "" for what is small. */
export function atLarge(value: number | null, unit: "J" | "s"): string {
  const larger =
    unit === "J"
      ? ([[3.6e5, 3.6e6, "kWh"]] as const)
      : ([
          [2 * 365 * 86400, 365 * 86400, "years"],
          [2 * 86400, 86400, "days"],
          [2 * 3600, 3600, "hours"],
        ] as const);
  const found = larger.find(([from]) => (value ?? 0) >= from);
  return found === undefined ? "" : `${short((value ?? 0) / found[1], 3)} ${found[2]}`;
}

/** What an epoch of `images` and so many epochs come to; a last step counts as many as it has. */
export function trainingRun(
  each: number | null,
  batch: number,
  images: number,
  epochs: number,
): { readonly steps: number; readonly epoch: number | null; readonly run: number | null } {
  return {
    steps: Math.ceil(Math.ceil(images / batch) * epochs),
    epoch: each === null ? null : each * images,
    run: each === null ? null : each * images * epochs,
  };
}
