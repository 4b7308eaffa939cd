/** Runs beside each other, as the engine compares them: joulegraph/comparison/1. */
import { local, quantity, short } from "./format.ts";
import { once } from "./once.ts";
import type { Result } from "./result.ts";
import type { Run } from "./runs.ts";

export type Quantity = "energy_j" | "energy_macs" | "time_s" | "macs" | "parameters";

export type Amount = number | null | undefined;
type Amounts = Readonly<Partial<Record<Quantity, readonly Amount[]>>>;
type Largest = Readonly<Partial<Record<Quantity, Amount>>>;

/** Of each run: its own, how much more than the base's, in how many times the base's. */
export interface Beside {
  readonly values: Amounts;
  readonly differences: Amounts;
  readonly ratios: Amounts;
}

export interface AlignedRow extends Beside {
  readonly name: string;
  readonly kind: string;
  /** The layer's place in each run; null where a run has it not. */
  readonly layers: readonly (number | null)[];
}

export interface Comparison {
  readonly engine: string;
  readonly base: number;
  readonly basis: { readonly name: Quantity } | null;
  readonly quantities: readonly Quantity[];
  readonly runs: readonly {
    readonly name: string;
    readonly not_modelled: number;
    readonly error: number | null;
  }[];
  readonly totals: Beside;
  readonly rows: readonly AlignedRow[];
  readonly max: { readonly totals: Largest; readonly rows: Largest };
  readonly precision: {
    readonly alphas: readonly number[];
    readonly ratios: readonly (readonly Amount[] | null)[];
    readonly best: readonly (readonly number[])[];
  } | null;
  readonly fronts: readonly {
    readonly axes: readonly [string, string];
    readonly runs: readonly number[];
  }[];
  readonly notes: readonly { readonly text: string }[];
}

/** What the engine answers. */
export interface Told {
  readonly comparison: Comparison;
  readonly said: Readonly<
    Partial<Record<Quantity, { readonly finding: string; readonly order: readonly number[] }>>
  >;
  /** Each Pareto front in words. */
  readonly fronts: readonly string[];
  /** What the runs cost one behind the other; nothing where none passes on. */
  readonly cascade: readonly string[];
}

const UNITS: Readonly<Partial<Record<Quantity, string>>> = {
  energy_j: "J",
  energy_macs: "MACe",
  time_s: "s",
};
export const WORDS: Readonly<Record<Quantity, string>> = {
  energy_j: "Energy",
  energy_macs: "Energy",
  time_s: "Time",
  macs: "MACs",
  parameters: "Parameters",
};

/** A result without what is long and not compared. */
const compared = once((result: Result): object => ({
  ...result,
  model: { name: result.model.name },
  layers: result.layers.map(({ terms, parts, mapping, ...layer }) => layer),
}));

/** The question that the engine is asked. */
export function asked(runs: readonly Run[], base: number): Readonly<Record<string, unknown>> {
  return {
    runs: runs.map(({ name, result, error, pass_on }, at) => ({
      name,
      error,
      result: compared(result),
      // Behind the last there is nobody to pass on to.
      pass_on: at === runs.length - 1 ? null : pass_on,
    })),
    base,
  };
}

export const amount = (value: Amount, of: Quantity): string =>
  quantity(value ?? null, UNITS[of] ?? "");

/** "×1.20": three digits, so that they stand in line. */
export const times = (ratio: Amount): string => {
  if (ratio == null) return "";
  const plain = ratio >= 1e-3 && ratio < 999.5;
  return `×${plain ? local(ratio.toPrecision(3)) : short(ratio, 3)}`;
};

/** "+1.200 mJ", "−1.200 mJ". */
export const signed = (value: Amount, of: Quantity): string =>
  value == null ? "" : `${value > 0 ? "+" : value < 0 ? "−" : ""}${amount(Math.abs(value), of)}`;

/** To 12 digits, as people would write it. */
export const rounded = (value: number): number => Number(value.toPrecision(12));
