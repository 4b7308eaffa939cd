/** What the table of layers shows: those that a filter leaves, in order, in bundles, added up. */
import type { BreakdownView, Bundling } from "./breakdown_view.ts";
import { layersText } from "./format.ts";
import { kindLabel } from "./kinds.ts";
import { blocksOf, moduleTree } from "./pictures/modules.ts";
import type { Layer } from "./result.ts";
import { type Row, sorted } from "./rows.ts";

/** A line of the table: a layer, or a bundle of them with its sums as if it were one. */
export interface Entry {
  readonly index: number;
  readonly row: Row;
  /** The bundle, where it is one; a layer has none. */
  readonly bundle: { readonly key: string; readonly open: boolean } | null;
  /** Whether it is a layer on show below its bundle. */
  readonly inside: boolean;
  /** Share of the total that this line and those above it have together; null where one is unknown. */
  readonly upTo: number | null;
}

export interface TableRows {
  readonly entries: readonly Entry[];
  /** How many layers are shown, or in a bundle that is. */
  readonly count: number;
  /** Their sum, where they are not all. */
  readonly sum: Row | null;
}

export const TOP = 10;

type Wish = Pick<BreakdownView, "filter" | "sorting" | "bundling" | "open" | "top">;

export function tableRows(rows: readonly Row[], wish: Wish): TableRows {
  const matching = topOf(filtered(rows, wish.filter), wish.top);
  const bundles = new Map<number, Bundle>();
  const lines = bundled(matching, rows, wish.bundling).flatMap((bundle): readonly Row[] => {
    const [first, second] = bundle.rows;
    if (first === undefined || second === undefined) return bundle.rows;
    const row = sumOf(bundle, first);
    bundles.set(row.index, bundle);
    return [row];
  });
  const open = new Set(wish.open);
  let sum: number | null = 0;
  const entries: Entry[] = [];
  for (const row of sorted(lines, wish.sorting)) {
    const bundle = bundles.get(row.index);
    const before: number | null = sum;
    sum = added(sum, row.share);
    if (bundle === undefined) {
      entries.push({ index: row.index, row, bundle: null, inside: false, upTo: sum });
      continue;
    }
    const isOpen = open.has(bundle.key);
    entries.push({
      index: row.index,
      row,
      bundle: { key: bundle.key, open: isOpen },
      inside: false,
      upTo: sum,
    });
    if (!isOpen) continue;
    let within = before;
    for (const inner of sorted(bundle.rows, wish.sorting)) {
      within = added(within, inner.share);
      entries.push({ index: inner.index, row: inner, bundle: null, inside: true, upTo: within });
    }
  }
  const [first] = matching;
  const isAll = first === undefined || matching.length === rows.length;
  const key = `${matching.length} of ${layersText(rows.length)}`;
  const whole = isAll ? null : sumOf({ key, rows: matching }, first);
  return { entries, count: matching.length, sum: whole };
}

/** Rows whose name, kind or operators have every word of the filter in them. */
export function filtered(rows: readonly Row[], filter: string): readonly Row[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter(({ layer }) => {
    const text = [layer.name, layer.kind, kindLabel(layer.kind), ...layer.op_types].join(" ");
    const lower = text.toLowerCase();
    return words.every((word) => lower.includes(word));
  });
}

/** The costliest ones, in the order that they had. */
function topOf(rows: readonly Row[], top: boolean): readonly Row[] {
  if (!top || rows.length <= TOP) return rows;
  const kept = new Set(
    [...rows].sort((a, b) => (b.cost ?? 0) - (a.cost ?? 0) || a.index - b.index).slice(0, TOP),
  );
  return rows.filter((row) => kept.has(row));
}

interface Bundle {
  readonly key: string;
  readonly rows: readonly Row[];
}

/** The bundle that a layer is in, by its key; null where it stands by itself. */
export function bundleOf(rows: readonly Row[], bundling: Bundling, index: number): string | null {
  const bundle = bundled(rows, rows, bundling).find((bundle) =>
    bundle.rows.some((row) => row.index === index),
  );
  return bundle === undefined || bundle.rows.length < 2 ? null : bundle.key;
}

function bundled(rows: readonly Row[], all: readonly Row[], bundling: Bundling): readonly Bundle[] {
  const keys = new Map<Row, string>();
  if (bundling === "kind") for (const row of rows) keys.set(row, kindLabel(row.layer.kind));
  if (bundling === "block") {
    for (const block of blocksOf(moduleTree(all).root))
      if (block.children.length > 0) for (const row of block.rows) keys.set(row, block.path);
  }
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keys.get(row) ?? `\n${row.index}`;
    const together = found.get(key);
    if (together === undefined) found.set(key, [row]);
    else together.push(row);
  }
  return [...found].map(([key, rows]) => ({ key, rows }));
}

/** A bundle as a row; its index is one that no layer has. Of what is unknown of one layer there is no sum. */
function sumOf({ key, rows }: Bundle, first: Row): Row {
  const sum = (of: (row: Row) => number | null | undefined) =>
    rows.reduce<number | null>((sum, row) => added(sum, of(row) ?? null), 0);
  const layer = (of: (layer: Layer) => number | null | undefined) => sum(({ layer }) => of(layer));
  const parts: Record<string, number> = {};
  for (const row of rows)
    for (const [id, part] of Object.entries(row.parts)) parts[id] = (parts[id] ?? 0) + part;
  const time = layer(({ time_s }) => time_s);
  const energy = layer(({ energy_j }) => energy_j);
  return {
    index: first.index + 0.5,
    layer: {
      ...first.layer,
      name: key,
      kind: layersText(rows.length),
      macs: layer(({ macs }) => macs),
      parameters: layer(({ parameters }) => parameters),
      energy_j: energy,
      energy_macs: layer(({ energy_macs }) => energy_macs),
      time_s: time,
      power_w: energy !== null && time !== null && time > 0 ? energy / time : null,
      interval: null,
      origins: { time_s: null, power_w: null, energy_j: null },
      origin: "",
      in_range: null,
      notes: [],
    },
    cost: sum(({ cost }) => cost),
    ends: null,
    share: sum(({ share }) => share),
    parts,
  };
}

function added(sum: number | null, more: number | null): number | null {
  return sum === null || more === null ? null : sum + more;
}
