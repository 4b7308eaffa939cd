/** The columns of the table of layers: those whose numbers are known. */
import { type CostUnit, costWord, type Series, unitOf } from "./cost.ts";
import { isAllEstimated } from "./origins.ts";
import { isMapped, type QuantityId, type Result } from "./result.ts";
import type { ColumnId } from "./rows.ts";

export interface Column {
  readonly id: ColumnId | RangeId;
  readonly label: string;
  readonly unit?: string;
  /** What the unit does not say: "estimated", "80 %". */
  readonly about?: string;
}

/** Between what a quantity lies, and what the rows so far take together; sorted by neither. */
export type RangeId = "time-range" | "energy-range" | "sum";

const ESTIMATED = "estimated";

export function columnsOf(result: Result, series: readonly Series[]): readonly Column[] {
  const unit = unitOf(result);
  const about: readonly Column[] = [
    { id: "index", label: "#" },
    { id: "name", label: "Layer" },
    { id: "kind", label: "Kind" },
  ];
  const counts: readonly Column[] = [
    { id: "macs", label: "MACs" },
    { id: "parameters", label: "Params" },
  ];
  const parts = series.map(({ id, label }): Column => ({ id: `part:${id}`, label, unit }));
  const costs = isMapped(result.platform) ? mappedCosts(result, unit) : timedCosts(result, unit);
  return [...about, ...costs, ...counts, ...parts];
}

const SUM: Column = { id: "sum", label: "Sum", unit: "so far" };

function mappedCosts({ layers }: Result, unit: CostUnit): readonly Column[] {
  const timed = layers.some(({ time_s }) => time_s != null);
  return [
    { id: "energy", label: "Energy", unit },
    { id: "share", label: "Share", unit: "of total" },
    SUM,
    ...(timed ? [{ id: "time", label: "Time", unit: "s" } as const] : []),
  ];
}

function timedCosts(result: Result, unit: CostUnit): readonly Column[] {
  const { layers, platform } = result;
  const has = (id: QuantityId) => layers.some((layer) => layer[id] != null);
  const hasEnds = (id: QuantityId) => layers.some(({ interval }) => interval?.[id] !== undefined);
  const level = layers.find(({ interval }) => interval != null)?.interval?.level ?? 0.8;
  const about = (id: QuantityId) => (isAllEstimated(result, id) ? { about: ESTIMATED } : {});
  const range = (id: RangeId, unit: string): Column => ({
    id,
    label: `${Math.round(100 * level)}\u00a0%`,
    unit,
    about: "low – high",
  });
  const time: readonly Column[] = [
    { id: "time", label: "Time", unit: "s", ...about("time_s") },
    ...(hasEnds("time_s") ? [range("time-range", "s")] : []),
  ];
  const power: readonly Column[] = has("power_w")
    ? [{ id: "power", label: "Power", unit: "W", ...about("power_w") }]
    : [];
  const energy: readonly Column[] = has("energy_j")
    ? [
        { id: "energy", label: "Energy", unit: "J", ...about("energy_j") },
        ...(hasEnds("energy_j") ? [range("energy-range", "J")] : []),
      ]
    : [];
  const share: Column = { id: "share", label: "Share", unit: `of ${costWord(unit)}` };
  // What rows are ranked by comes first.
  const costs =
    unit === "s"
      ? [...time, share, SUM, ...power, ...energy]
      : [...energy, share, SUM, ...time, ...power];
  return platform.kind === "measured" ? [{ id: "origin", label: "Origin" }, ...costs] : costs;
}

export function isSortable(column: Column): column is Column & { readonly id: ColumnId } {
  return !["time-range", "energy-range", "sum"].includes(column.id);
}
