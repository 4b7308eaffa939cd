/** The rows of the table of layers: every number that table and chart show, and their order. */
import {
  type CostUnit,
  type Grouping,
  layerCost,
  layerParts,
  partSums,
  shareOf,
  totalCost,
  unitOf,
} from "./cost.ts";
import { originText } from "./origins.ts";
import type { Ends, Layer, Result } from "./result.ts";

export interface Row {
  /** Place in the network, from 0; identifies the row. */
  readonly index: number;
  readonly layer: Layer;
  /** The energy, or the time where energies are unknown: what rows are ranked by. */
  readonly cost: number | null;
  /** Between what the cost lies; null where nobody knows. */
  readonly ends: Ends | null;
  /** Share of the total cost. */
  readonly share: number | null;
  /** Cost by series of the chosen grouping. */
  readonly parts: Readonly<Record<string, number>>;
}

export type ColumnId =
  | "index"
  | "name"
  | "kind"
  | "macs"
  | "parameters"
  | "origin"
  | "time"
  | "power"
  | "energy"
  | "share"
  | `part:${string}`;

export interface Sorting {
  readonly column: ColumnId;
  readonly descending: boolean;
}

export const NETWORK_ORDER: Sorting = { column: "index", descending: false };

export function rowsOf(result: Result, grouping: Grouping): readonly Row[] {
  const unit = unitOf(result);
  const whole = totalCost(result);
  return result.layers.map((layer, index) => {
    const cost = layerCost(layer, unit);
    const parts =
      grouping === "kind"
        ? { [layer.kind]: cost ?? 0 }
        : partSums(layerParts(layer, unit), grouping);
    return { index, layer, cost, ends: endsOf(layer, unit), share: shareOf(cost, whole), parts };
  });
}

function endsOf({ interval }: Layer, unit: CostUnit): Ends | null {
  const found = unit === "s" ? interval?.time_s : unit === "J" ? interval?.energy_j : undefined;
  return found ?? null;
}

/** Sorted copy; equal rows stay in network order, unknown values come last in both directions. */
export function sorted(rows: readonly Row[], sorting: Sorting): readonly Row[] {
  const sign = sorting.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const x = sortKey(a, sorting.column);
    const y = sortKey(b, sorting.column);
    if (x === null || y === null)
      return Number(x === null) - Number(y === null) || a.index - b.index;
    const order = typeof x === "string" ? x.localeCompare(String(y), "en", NATURAL) : x - Number(y);
    return sign * order || a.index - b.index;
  });
}

/** The sorting after a click on a column: numbers begin with the largest, names with the first. */
export function nextSorting(now: Sorting, column: ColumnId): Sorting {
  if (now.column === column) return { column, descending: !now.descending };
  return { column, descending: !["index", "name", "kind", "origin"].includes(column) };
}

const NATURAL: Intl.CollatorOptions = { numeric: true, sensitivity: "base" };

function sortKey(row: Row, column: ColumnId): string | number | null {
  switch (column) {
    case "name":
    case "kind":
      return row.layer[column];
    case "origin":
      return originText(row.layer);
    default:
      return numberIn(row, column) ?? (column.startsWith("part:") ? 0 : null);
  }
}

/** A row's number in a column of numbers; null where it is unknown. */
export function numberIn(row: Row, column: ColumnId): number | null {
  const { layer } = row;
  switch (column) {
    case "index":
      return row.index;
    case "macs":
    case "parameters":
      return layer[column];
    case "time":
      return layer.time_s ?? null;
    case "power":
      return layer.power_w ?? null;
    case "energy":
      return layer.energy_j ?? layer.energy_macs;
    case "share":
      return row.cost;
    default:
      return row.parts[column.slice("part:".length)] ?? null;
  }
}
