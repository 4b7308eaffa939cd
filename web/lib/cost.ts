/** What a result is ranked and shown by (energy, or time where energy is unknown), and its parts. */
import { quantity } from "./format.ts";
import { KIND_IDS, kindLabel, kindPaint } from "./kinds.ts";
import { once } from "./once.ts";
import type { Layer, Level, Parts, PlatformSummary, Result, Term, TimeTerm } from "./result.ts";
import { isMapped } from "./result.ts";

/** Joules where all layers have them; else multiples of one MAC's energy, or seconds. */
export type CostUnit = "J" | "MACe" | "s";

export function unitOf(result: Result): CostUnit {
  if (result.totals.energy_j !== null) return "J";
  return isMapped(result.platform) ? "MACe" : "s";
}

/** The word for what is counted: "energy" or "time". */
export function costWord(unit: CostUnit): "energy" | "time" {
  return unit === "s" ? "time" : "energy";
}

export function layerCost(layer: Layer, unit: CostUnit): number | null {
  if (unit === "s") return layer.time_s ?? null;
  return unit === "J" ? layer.energy_j : layer.energy_macs;
}

/** Of how much the totals are, and of what a share of them is: nothing need be said of one inference. */
export function extentOf({ options: { batch }, training }: Result): readonly [string, string] {
  if (training === undefined) return [batch > 1 ? ` of ${batch} inferences` : "", "per inference"];
  return [` of a training step${batch > 1 ? ` of ${batch} images` : ""}`, "per image"];
}

export function totalCost(result: Result): number | null {
  const { totals } = result;
  const unit = unitOf(result);
  if (unit === "s") return totals.time_s ?? null;
  return unit === "J" ? totals.energy_j : totals.energy_macs;
}

/** Where the time of a timed platform goes, beside computing: at which level that is. */
const LEVEL_OF_ROLE: Readonly<Record<string, string>> = {
  computation: "mac",
  launch: "launch",
  other: "other",
};

/** A layer's cost by tensor (or role) and level. */
export function layerParts(layer: Layer, unit: CostUnit): Parts {
  if (unit !== "s") return layer.parts;
  const parts: Record<string, Record<string, number>> = {};
  for (const { role, time_s } of timeTerms(layer)) {
    const level = LEVEL_OF_ROLE[role] ?? "memory";
    const levels = parts[role] ?? {};
    parts[role] = { ...levels, [level]: (levels[level] ?? 0) + time_s };
  }
  return parts;
}

/** What the time of a timed platform goes into: "Computing", "Starting". */
export function roleLabel(role: string): string {
  return BY_ROLE.find(({ id }) => id === role)?.label ?? role;
}

/** The parts of all layers together. */
export const totalParts = once((result: Result): Parts => {
  if (unitOf(result) !== "s") return result.totals.parts;
  const sums: Record<string, Record<string, number>> = {};
  for (const layer of result.layers) {
    for (const [role, levels] of Object.entries(layerParts(layer, "s"))) {
      const sum = sums[role] ?? {};
      sums[role] = sum;
      for (const [level, time] of Object.entries(levels ?? {}))
        sum[level] = (sum[level] ?? 0) + (time ?? 0);
    }
  }
  return sums;
});

/** The accesses that a layer's energy is made of; none on a timed platform. */
export function accessTerms({ terms }: Layer): readonly Term[] {
  return (terms as readonly (Term | TimeTerm)[]).filter((term) => "accesses" in term);
}

/** The shares that a layer's time is made of; none on an accelerator. */
export function timeTerms({ terms }: Layer): readonly TimeTerm[] {
  return (terms as readonly (Term | TimeTerm)[]).filter((term) => "time_s" in term);
}

/** Factor from MAC energies, in which terms are given, to the unit shown. */
export function perMacEnergy(platform: PlatformSummary, unit: CostUnit): number {
  return unit === "J" && platform.mac_energy_j != null ? platform.mac_energy_j : 1;
}

/** "6 MACe", or "6 MACe to 9 MACe" where reads, writes or tensors differ. */
export function wordEnergy(level: Level, unit: CostUnit, scale = 1): string {
  if (level.energy_macs === null) return "unknown";
  const least = quantity(level.energy_macs * scale, unit);
  const most = quantity((level.most_macs ?? level.energy_macs) * scale, unit);
  return least === most ? least : `${least} to ${most}`;
}

/** A share of a whole; null where either is unknown or the whole is nothing. */
export function shareOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}

/** What the stacks of the chart, and the table's columns for them, tell apart. */
export type Grouping = PartGrouping | "kind";
/** Those that tell the parts of one layer apart. */
export type PartGrouping = "tensor" | "level";

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

/** What the time of a timed platform goes into, from the bottom of a stack up. */
const BY_ROLE: readonly Named[] = [
  { id: "computation", label: "Computing", about: "the operations themselves" },
  { id: "ifmap", label: "Ifmap", about: "moving input feature maps" },
  { id: "weight", label: "Weights", about: "moving filters and other weights" },
  { id: "ofmap", label: "Ofmap", about: "moving output feature maps" },
  { id: "data", label: "Data", about: "moving bytes that no one tensor owns" },
  { id: "launch", label: "Starting", about: "starting the layers" },
  { id: "other", label: "Other", about: "what the fit does not tell apart" },
];

/** The cost of a whole result by series. */
export function seriesSums(result: Result, grouping: Grouping): Readonly<Record<string, number>> {
  return grouping === "kind" ? kindSums(result) : partSums(totalParts(result), grouping);
}

const kindSums = once((result: Result): Readonly<Record<string, number>> => {
  const unit = unitOf(result);
  const sums: Record<string, number> = {};
  for (const layer of result.layers)
    sums[layer.kind] = (sums[layer.kind] ?? 0) + (layerCost(layer, unit) ?? 0);
  return sums;
});

/** The series of a result: of an accelerator by a grouping, of a timed platform those there are. */
export function resultSeries(result: Result, grouping: Grouping): readonly Series[] {
  if (grouping === "kind") return kindSeries(Object.keys(kindSums(result)));
  const parts = totalParts(result);
  if (isMapped(result.platform)) return seriesOf(grouping, parts, result.platform.levels);
  return BY_ROLE.filter(({ id }) => id in parts).map((series) => ({ ...series, paint: series.id }));
}

function kindSeries(kinds: readonly string[]): readonly Series[] {
  const others = kinds.filter((kind) => !KIND_IDS.includes(kind));
  return [...KIND_IDS.filter((kind) => kinds.includes(kind)), ...others].map((id) => ({
    id,
    label: kindLabel(id),
    about: "",
    paint: kindPaint(id),
  }));
}

/**
 * The series of a grouping, from the bottom of a stack up; unheard-of ones come last.
 *
 * `levels` are the platform's, the outermost first; without, those of Eyeriss.
 */
export function seriesOf(
  grouping: PartGrouping,
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

/** A cost by series. */
export function partSums(parts: Parts, grouping: PartGrouping): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [tensor, levels] of Object.entries(parts)) {
    for (const [level, energy] of Object.entries(levels ?? {})) {
      const id = grouping === "tensor" ? tensor : level;
      sums[id] = (sums[id] ?? 0) + (energy ?? 0);
    }
  }
  return sums;
}
