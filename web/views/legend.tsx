import { type Grouping, type Series, seriesSums, shareOf } from "../lib/cost.ts";
import { share } from "../lib/format.ts";
import type { Result } from "../lib/result.ts";
import { Swatch } from "./swatch.tsx";

/** The series from the top of a stack down, each with its share of the total. */
export function Legend(props: { series: readonly Series[]; result: Result; grouping: Grouping }) {
  const sums = seriesSums(props.result, props.grouping);
  const whole = Object.values(sums).reduce((sum, value) => sum + value, 0);
  return (
    <ul class="legend">
      {[...props.series].reverse().map(({ id, label, about, paint }) => (
        <li key={id} title={about}>
          <Swatch paint={paint} />
          {label} <span class="hint">{share(shareOf(sums[id] ?? 0, whole))}</span>
        </li>
      ))}
    </ul>
  );
}
