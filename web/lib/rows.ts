/** The rows of the table of layers: every number that table and chart show, and their order. */
import { type Grouping, layerEnergy, partSums, shareOf, totalEnergy, unitOf } from "./energy.ts";
import type { Layer, Result } from "./result.ts";

export interface Row {
  /** Place in the network, from 0; identifies the row. */
  readonly index: number;
  readonly layer: Layer;
  readonly energy: number | null;
  /** Share of the total energy. */
  readonly share: number | null;
  /** Energy by series of the chosen grouping. */
  readonly parts: Readonly<Record<string, number>>;
}

export type ColumnId =
  | "index"
  | "name"
  | "kind"
  | "macs"
  | "parameters"
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
  const whole = totalEnergy(result);
  return result.layers.map((layer, index) => {
    const energy = layerEnergy(layer, unit);
    const parts = partSums(layer.parts, grouping);
    return { index, layer, energy, share: shareOf(energy, whole), parts };
  });
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
  return { column, descending: !["index", "name", "kind"].includes(column) };
}

const NATURAL: Intl.CollatorOptions = { numeric: true, sensitivity: "base" };

function sortKey(row: Row, column: ColumnId): string | number | null {
  switch (column) {
    case "index":
      return row.index;
    case "name":
    case "kind":
      return row.layer[column];
    case "macs":
    case "parameters":
      return row.layer[column];
    case "energy":
    case "share":
      return row.energy;
    default:
      return row.parts[column.slice("part:".length)] ?? 0;
  }
}
