import type { Bar } from "../lib/chart_geometry.ts";
import type { CostUnit, Series } from "../lib/cost.ts";
import { ends, quantity, share } from "../lib/format.ts";
import { isFarFromMeasured, originText } from "../lib/origins.ts";
import { Swatch } from "./swatch.tsx";

interface Props {
  readonly bar: Bar;
  readonly series: readonly Series[];
  readonly unit: CostUnit;
  /** Width of the chart, to stay within it. */
  readonly width: number;
}

/** The numbers of the bar under the pointer; the table has them for everyone else. */
export function ChartTooltip({ bar, series, unit, width }: Props) {
  const { row } = bar;
  const middle = bar.x + bar.width / 2;
  const side =
    middle > width / 2
      ? { right: `${width - bar.left + 6}px` }
      : { left: `${bar.left + bar.step + 6}px` };
  return (
    <div class="tooltip" aria-hidden="true" style={{ ...side, top: "8px" }}>
      <p>
        <b>{row.layer.name}</b> <span class="hint">{row.layer.kind}</span>
      </p>
      <p>
        {quantity(row.cost, unit)}, {share(row.share)}
      </p>
      {row.ends !== null && (
        <p class="hint">
          {Math.round(100 * (row.layer.interval?.level ?? 0.8))} %: {ends(row.ends, unit)}
        </p>
      )}
      {isFarFromMeasured(row.layer) && <p class="hint">{originText(row.layer)}</p>}
      <table>
        <tbody>
          {[...series].reverse().map(({ id, label, paint }) => (
            <tr key={id}>
              <td>
                <Swatch paint={paint} /> {label}
              </td>
              <td class="number">{quantity(row.parts[id] ?? 0, unit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
