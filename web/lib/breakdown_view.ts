/**
 * How a breakdown is looked at: picture, stacks, layer chosen, filter, order, groups.
 *
 * One value that never changes; what a link says of it is taken as it fits and else left at the
 * default, since how one looks at numbers is no reason to refuse them.
 */
import type { Grouping } from "./cost.ts";
import { type Fields, fieldsOf, list } from "./fields.ts";
import { type ColumnId, NETWORK_ORDER, type Sorting } from "./rows.ts";

export const PICTURES = ["layers", "depth", "kinds", "roofline", "map"] as const;
export type Picture = (typeof PICTURES)[number];

const GROUPINGS = ["tensor", "level", "kind"] as const satisfies readonly Grouping[];

/** What the rows of the table are put together by. */
export const BUNDLES = ["none", "block", "kind"] as const;
export type Bundling = (typeof BUNDLES)[number];

export interface ChosenLayer {
  readonly index: number;
  /** What it is called there: in another model the place says nothing. */
  readonly name: string;
}

export interface BreakdownView {
  readonly picture: Picture;
  /** What stacks are made of. */
  readonly by: Grouping;
  /** Null is the costliest. */
  readonly layer: ChosenLayer | null;
  /** Words that name or kind of a layer shown has in it. */
  readonly filter: string;
  readonly sorting: Sorting;
  readonly bundling: Bundling;
  /** The bundles whose layers are on show. */
  readonly open: readonly string[];
  /** Whether only the ten costliest are shown. */
  readonly top: boolean;
  /** The module that the map shows, "" for the whole model. */
  readonly module: string;
}

export type ViewChange = Partial<BreakdownView>;

export const FIRST_VIEW: BreakdownView = {
  picture: "layers",
  by: "tensor",
  layer: null,
  filter: "",
  sorting: NETWORK_ORDER,
  bundling: "none",
  open: [],
  top: false,
  module: "",
};

const MOST_CHARACTERS = 1_000;
const MOST_OPEN = 500;
const MOST_LAYERS = 1_000_000;
const COLUMNS = /^(index|name|kind|macs|parameters|origin|time|power|energy|share|part:\w{1,40})$/;

/** What of a view differs from the first one, as JSON; null where nothing does. */
export function viewState(view: BreakdownView): Fields | null {
  const { layer, sorting } = view;
  const written: Readonly<Record<string, unknown>> = {
    ...view,
    layer: layer === null ? null : [layer.index, layer.name],
    sorting: sorting.descending ? `-${sorting.column}` : sorting.column,
  };
  const first: Readonly<Record<string, unknown>> = { ...FIRST_VIEW, sorting: "index" };
  const differs = Object.entries(written).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(first[key]),
  );
  return differs.length === 0 ? null : Object.fromEntries(differs);
}

/** The view that a link (or anything else) states; what is not understood is as at first. */
export function viewFrom(value: unknown): BreakdownView {
  const said = fieldsOf(value);
  return {
    picture: oneOf(PICTURES, said.picture) ?? FIRST_VIEW.picture,
    by: oneOf(GROUPINGS, said.by) ?? FIRST_VIEW.by,
    layer: layerFrom(said.layer),
    filter: words(said.filter) ?? "",
    sorting: sortingFrom(said.sorting),
    bundling: oneOf(BUNDLES, said.bundling) ?? FIRST_VIEW.bundling,
    open: list(said.open)
      .slice(0, MOST_OPEN)
      .flatMap((name) => words(name) ?? []),
    top: said.top === true,
    module: words(said.module) ?? "",
  };
}

function oneOf<T extends string>(all: readonly T[], value: unknown): T | undefined {
  return all.find((one) => one === value);
}

function words(value: unknown): string | null {
  return typeof value === "string" && value.length <= MOST_CHARACTERS ? value : null;
}

function layerFrom(value: unknown): ChosenLayer | null {
  const [index, said] = list(value);
  const name = words(said);
  if (name === null || typeof index !== "number" || !Number.isInteger(index)) return null;
  return index >= 0 && index < MOST_LAYERS ? { index, name } : null;
}

function sortingFrom(value: unknown): Sorting {
  const said = words(value) ?? "";
  const descending = said.startsWith("-");
  const column = descending ? said.slice(1) : said;
  return COLUMNS.test(column) ? { column: column as ColumnId, descending } : NETWORK_ORDER;
}
