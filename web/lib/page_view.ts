/** How the page is looked at: the tab, the breakdown's view, and what is typed into its panels. */
import * as breakdowns from "./breakdown_view.ts";
import { fieldsOf } from "./fields.ts";

export const TABS = ["layers", "proxies", "what-if", "training", "compare", "platforms"] as const;
export type Tab = (typeof TABS)[number];

export type Field = number | string;

export interface PageView {
  readonly tab: Tab;
  readonly breakdown: breakdowns.BreakdownView;
  /** What panels were told, by "panel.field"; nothing for what is as at first. */
  readonly fields: Readonly<Record<string, Field>>;
}

export const FIRST_VIEW: PageView = {
  tab: "layers",
  breakdown: breakdowns.FIRST_VIEW,
  fields: {},
};

const MOST_FIELDS = 50;
const LONGEST = 200;

/** What a link carries of a view: only what is not as at first; null where nothing is. */
export function packed({
  tab,
  breakdown,
  fields,
}: PageView): Readonly<Record<string, unknown>> | null {
  const own = breakdowns.viewState(breakdown);
  const all = {
    ...(tab === FIRST_VIEW.tab ? {} : { tab }),
    ...(own === null ? {} : { breakdown: own }),
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
  };
  return Object.keys(all).length === 0 ? null : all;
}

/** The view that a link carries; what is none of ours is as at first. */
export function viewFrom(given: unknown): PageView {
  const { tab, breakdown, fields } = fieldsOf(given);
  return {
    tab: TABS.find((one) => one === tab) ?? FIRST_VIEW.tab,
    breakdown: breakdowns.viewFrom(breakdown),
    fields: fieldsFrom(fields),
  };
}

function fieldsFrom(given: unknown): PageView["fields"] {
  return Object.fromEntries(
    Object.entries(fieldsOf(given))
      .slice(0, MOST_FIELDS)
      .filter((entry): entry is [string, Field] => entry[0].length <= 40 && isField(entry[1])),
  );
}

function isField(value: unknown): value is Field {
  return typeof value === "string" ? value.length <= LONGEST : Number.isFinite(value);
}

/** The fields with one set; null takes it back. */
export function withField(
  { fields }: PageView,
  name: string,
  value: Field | null,
): PageView["fields"] {
  const { [name]: _, ...others } = fields;
  return value === null ? others : { ...others, [name]: value };
}
