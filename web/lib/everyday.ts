/** What a user says of the use of a model, and what one inference comes to in it. */
import { local, quantity } from "./format.ts";
import { type Figure, human, type Usage } from "./human.ts";
import type { PageView } from "./page_view.ts";
import type { Result } from "./result.ts";

export const REGIONS_PATH = "regions.json";

export interface Region {
  readonly id: string;
  readonly name: string;
  readonly g_per_kwh: number;
  readonly year: number;
}

export interface Regions {
  readonly about: string;
  readonly licence: string;
  readonly regions: readonly Region[];
  readonly sources: Readonly<Record<string, { readonly title: string; readonly url: string }>>;
}

/** The regions by name, those of many countries first. */
export function byName(table: Regions): Regions {
  const place = ({ id }: Region) => ["WORLD", "EU"].indexOf(id) >>> 0;
  const regions = [...table.regions].sort(
    (a, b) => place(a) - place(b) || a.name.localeCompare(b.name, "en"),
  );
  return { ...table, regions };
}

/** The fields of the view that say it. */
export const FIELDS = [
  { id: "everyday.rate", label: "Inferences a day", unit: "" },
  { id: "everyday.battery", label: "Battery", unit: "Wh" },
  { id: "everyday.price", label: "Price of a kWh", unit: "" },
] as const;
export const REGION_FIELD = "everyday.region";

const J_PER_WH = 3600;

export function usageOf({ fields }: PageView, regions: readonly Region[]): Usage {
  const number = (id: string) => {
    const value = fields[id];
    return typeof value === "number" && value >= 0 ? value : null;
  };
  const battery = number("everyday.battery");
  const region = regions.find(({ id }) => id === fields[REGION_FIELD]);
  return {
    per_day: number("everyday.rate"),
    battery_j: battery === null ? null : battery * J_PER_WH,
    price_per_kwh: number("everyday.price"),
    g_per_kwh: region?.g_per_kwh ?? null,
  };
}

interface Line {
  readonly id: string;
  readonly label: string;
  readonly text: string;
  /** What the text leaves out of its unit. */
  readonly unit: string;
  /** Between what it lies; "" where nobody knows. */
  readonly between: string;
}

/** An amount of money as people write it: two significant digits or whole units, never a prefix. */
export function money(value: number): string {
  const power = Math.floor(Math.log10(Number(value.toPrecision(2)) || 1));
  return local(value === 0 ? "0" : value.toFixed(Math.min(100, Math.max(0, 1 - power))));
}

/** In the unit of the price that was stated, whatever that is. */
const PRICED = "in the price's currency";
const LINES: readonly (readonly [string, string, string])[] = [
  ["inference_j", "one inference", "J"],
  ["thousand_j", "a thousand", "J"],
  ["day_j", "a day", "J"],
  ["charge_inferences", "inferences on a charge", ""],
  ["charge_days", "days on a charge", ""],
  ["cost_thousand", "cost of a thousand", PRICED],
  ["cost_day", "cost of a day", PRICED],
  ["cost_year", "cost of a year", PRICED],
  ["co2e_thousand_g", "CO₂e of a thousand", "g"],
  ["co2e_day_g", "CO₂e of a day", "g"],
  ["co2e_year_g", "CO₂e of a year", "g"],
];

/** The figures in words; none where no joules are known. */
export function everydayLines(
  { totals, options, training }: Result,
  usage: Usage,
): readonly Line[] {
  const each = totals.per_inference.energy_j;
  if (each === null) return [];
  const { energy_j } = totals.interval ?? {};
  const ends = energy_j
    ? ([energy_j[0] / options.batch, energy_j[1] / options.batch] as const)
    : null;
  const figures: Readonly<Record<string, Figure>> = human(each, ends, usage);
  return LINES.flatMap(([id, label, unit]) => {
    const [value, low, high] = figures[id] ?? [];
    if (value == null) return [];
    const said = (one: number) =>
      unit === PRICED || (unit === "" && one < 1) ? money(one) : quantity(one, unit);
    const between = low == null || high == null ? "" : `${said(low)} to ${said(high)}`;
    const of = training === undefined ? label : label.replace("inference", "training image");
    return [{ id, label: of, text: said(value), between, unit: unit === PRICED ? PRICED : "" }];
  });
}
