/** Which rows of a long table are on the page: some at a time, so that any table opens at once. */
import type { Sorting } from "./rows.ts";

/** The lines of a table; a layer's is known by its place in the network. */
type Lines = readonly { readonly index: number }[];

/** So many rows of a long table are shown at a time. */
export const ROWS_AT_ONCE = 200;
/** A table that is hardly longer is shown whole. */
const SHORT_TABLE = 300;
/** Longer tables are never shown whole: a browser takes seconds to lay them out. */
const LONGEST_WHOLE_TABLE = 3_000;

/** A wish to have a layer among the rows on the page; each is a new object. */
export interface Sought {
  readonly index: number;
  /** Whether the keyboard goes there too. */
  readonly focus: boolean;
}

export interface RowView {
  /** The place of the first row on the page. */
  readonly first: number;
  /** Whether all rows are on the page. */
  readonly whole: boolean;
  /** What the view was made for. */
  readonly count: number;
  readonly sorting: Sorting;
  readonly sought: Sought | null;
}

/** Where the view of a table begins. */
export function firstView(rows: Lines, sorting: Sorting): RowView {
  return { first: 0, whole: false, count: rows.length, sorting, sought: null };
}

/** The same view if it still fits; else the one that shows what has changed. */
export function followed(
  view: RowView,
  rows: Lines,
  sorting: Sorting,
  sought: Sought | null,
): RowView {
  const fresh =
    view.count !== rows.length
      ? firstView(rows, sorting)
      : view.sorting !== sorting
        ? { ...view, first: 0, sorting }
        : view;
  if (fresh.sought === sought) return fresh;
  const place = sought === null ? -1 : rows.findIndex((row) => row.index === sought.index);
  return { ...fresh, sought, first: place < 0 ? fresh.first : startOf(place) };
}

/** The places of the rows on the page, from `first` up to `end`. */
export function shownPlaces(view: RowView): { readonly first: number; readonly end: number } {
  if (view.whole || view.count <= SHORT_TABLE) return { first: 0, end: view.count };
  return { first: view.first, end: Math.min(view.count, view.first + ROWS_AT_ONCE) };
}

/** Whether there is more to the table than can be seen at once. */
export function isLong({ count }: RowView): boolean {
  return count > SHORT_TABLE;
}

export function canBeWhole({ count }: RowView): boolean {
  return count <= LONGEST_WHOLE_TABLE;
}

function startOf(place: number): number {
  return Math.floor(place / ROWS_AT_ONCE) * ROWS_AT_ONCE;
}
