import type { Bar } from "../lib/chart_geometry.ts";
import type { EnergyUnit, Series } from "../lib/energy.ts";
import { quantity, share } from "../lib/format.ts";
import { Swatch } from "./swatch.tsx";

interface Props {
  readonly bar: Bar;
  readonly series: readonly Series[];
  readonly unit: EnergyUnit;
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
        {quantity(row.energy, unit)}, {share(row.share)}
      </p>
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
