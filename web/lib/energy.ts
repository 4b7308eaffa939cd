/** Which energy a result is shown in, and what its parts add up to. */
import { quantity } from "./format.ts";
import type { Layer, Level, Parts, PlatformSummary, Result } from "./result.ts";

/** Joules where the platform has them, else multiples of one MAC's energy. */
export type EnergyUnit = "J" | "MACe";

export function unitOf(result: Result): EnergyUnit {
  return result.totals.energy_j !== null ? "J" : "MACe";
}

export function layerEnergy(layer: Layer, unit: EnergyUnit): number | null {
  return unit === "J" ? layer.energy_j : layer.energy_macs;
}

export function totalEnergy(result: Result): number | null {
  return unitOf(result) === "J" ? result.totals.energy_j : result.totals.energy_macs;
}

/** Factor from MAC energies, in which terms are given, to the unit shown. */
export function perMacEnergy(platform: PlatformSummary, unit: EnergyUnit): number {
  return unit === "J" && platform.mac_energy_j !== null ? platform.mac_energy_j : 1;
}

/** "6 MACe", or "6 MACe to 9 MACe" where reads, writes or tensors differ. */
export function wordEnergy(level: Level, unit: EnergyUnit, scale = 1): string {
  const least = quantity(level.energy_macs * scale, unit);
  const most = quantity((level.most_macs ?? level.energy_macs) * scale, unit);
  return least === most ? least : `${least} to ${most}`;
}

/** A share of a whole; null where either is unknown or the whole is nothing. */
export function shareOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}

/** What the stacks of the chart, and the table's columns for them, tell apart. */
export type Grouping = "tensor" | "level";

export interface Series {
  readonly id: string;
  readonly label: string;
  /** What it is, for a reader new to the terms. */
  readonly about: string;
  /** Whose colour and pattern it has (styles/series.css). */
  readonly paint: string;
}

type Named = Omit<Series, "paint">;

const BY_TENSOR: readonly Named[] = [
  { id: "computation", label: "Computation", about: "the multiply-accumulates themselves" },
  { id: "ifmap", label: "Ifmap", about: "moving input feature maps" },
  { id: "weight", label: "Weights", about: "moving filters and other weights" },
  { id: "ofmap", label: "Ofmap", about: "moving output feature maps and partial sums" },
];

const BY_LEVEL: readonly Named[] = [
  { id: "mac", label: "MAC units", about: "the multiply-accumulates themselves" },
  { id: "register_file", label: "Register file", about: "storage inside each processing element" },
  { id: "array", label: "Array", about: "the network between processing elements" },
  { id: "global_buffer", label: "Global buffer", about: "the on-chip memory all elements share" },
  { id: "dram", label: "DRAM", about: "the off-chip memory" },
];

const STATIC: Named = { id: "static", label: "Static", about: "drawn whatever is computed" };

/**
 * The series of a grouping, from the bottom of a stack up; unheard-of ones come last.
 *
 * `levels` are the platform's, the outermost first; without, those of Eyeriss.
 */
export function seriesOf(
  grouping: Grouping,
  totals: Parts,
  levels: readonly Level[] = [],
): readonly Series[] {
  const known =
    grouping === "tensor"
      ? BY_TENSOR.map((series) => ({ ...series, paint: series.id }))
      : levels.length === 0
        ? BY_LEVEL.map((series) => ({ ...series, paint: series.id }))
        : levelSeries(levels);
  const present = Object.keys(partSums(totals, grouping));
  const others = present.filter((id) => !known.some((series) => series.id === id));
  return [
    ...known,
    ...others.map((id) =>
      id === STATIC.id ? { ...STATIC, paint: id } : { id, label: id, about: "", paint: id },
    ),
  ];
}

/** Levels from the inside out, each painted by its place: two accelerators look alike. */
function levelSeries(levels: readonly Level[]): readonly Series[] {
  const array = levels.findIndex(({ id }) => id === "array");
  const outside = ["global_buffer", "second_buffer", "third_buffer"];
  const inside = ["register_file", "inner_file"];
  const series = levels.map(({ id, name }, place): Series => {
    const paint =
      place === 0
        ? "dram"
        : place === array
          ? "array"
          : place < array
            ? (outside[array - 1 - place] ?? "other")
            : (inside[place - array - 1] ?? "other");
    const about = BY_LEVEL.find((known) => known.id === paint)?.about;
    return { id, label: name, about: about ?? "a memory between others", paint };
  });
  const [mac] = BY_LEVEL;
  return [...(mac === undefined ? [] : [{ ...mac, paint: mac.id }]), ...series.reverse()];
}

export function labelOf(id: string): string {
  return [...BY_TENSOR, ...BY_LEVEL, STATIC].find((series) => series.id === id)?.label ?? id;
}

/** Energy by series. */
export function partSums(parts: Parts, grouping: Grouping): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [tensor, levels] of Object.entries(parts)) {
    for (const [level, energy] of Object.entries(levels ?? {})) {
      const id = grouping === "tensor" ? tensor : level;
      sums[id] = (sums[id] ?? 0) + (energy ?? 0);
    }
  }
  return sums;
}
