/** One inference in everyday units; py/exports/human.py is its twin, tests/vectors/human.json holds both to it. */

/** Value, low and high; the ends are null where energy has no interval. */
export type Figure = readonly (number | null)[];

/** What inferences are run for; what is not given gives no figure. */
export interface Usage {
  readonly per_day?: number | null;
  readonly battery_j?: number | null;
  readonly price_per_kwh?: number | null;
  readonly g_per_kwh?: number | null;
}

/** The figures of inferences that cost `energy` joules each, between `ends`. A year has 365 days. */
export function human(
  energy: number | null,
  ends: readonly [number, number] | null,
  { per_day: rate, battery_j: battery, price_per_kwh: price, g_per_kwh: grams }: Usage,
): Record<string, Figure> {
  const each = [energy, ...(ends ?? [null, null])];
  const thousand = each.map((one) => one && one * 1000);
  const day = rate == null ? null : each.map((one) => one && one * rate);
  const found: Record<string, Figure> = { inference_j: each, thousand_j: thousand };
  if (day) found.day_j = day;
  if (battery != null) {
    found.charge_inferences = into(battery, each);
    if (day) found.charge_days = into(battery, day);
  }
  for (const [name, end, perKwh] of [
    ["cost", "", price],
    ["co2e", "_g", grams],
  ] as const) {
    if (perKwh == null) continue;
    const of = (joules: Figure) => joules.map((one) => one && (one / 3.6e6) * perKwh);
    found[`${name}_thousand${end}`] = of(thousand);
    if (day) {
      found[`${name}_day${end}`] = of(day);
      found[`${name}_year${end}`] = of(day.map((one) => one && one * 365));
    }
  }
  return found;
}

/** How often a figure goes into a whole: the most for its low end, never into nothing. */
function into(whole: number, figure: Figure): Figure {
  const [value, low, high] = figure.map((one) => (one && one > 1e-100 ? whole / one : null));
  return [value ?? null, high ?? null, low ?? null];
}
