import type { CostUnit, Series } from "../lib/cost.ts";
import { ends, quantity, share } from "../lib/format.ts";
import { isFarFromMeasured, originText } from "../lib/origins.ts";
import type { Row } from "../lib/rows.ts";
import { Swatch } from "./swatch.tsx";

interface Props {
  readonly row: Row;
  /** Left and right end of what stands for the layer. */
  readonly ends: readonly [number, number];
  readonly series: readonly Series[];
  readonly unit: CostUnit;
  /** Width of the chart, to stay within it. */
  readonly width: number;
}

/** The numbers of the layer under the pointer; the table has them for everyone else. */
export function ChartTooltip({ row, ends: [from, to], series, unit, width }: Props) {
  const side = from + to > width ? { right: `${width - from + 6}px` } : { left: `${to + 6}px` };
  // Of kinds a layer has one.
  const told = [...series].reverse().filter(({ id }) => series.length < 6 || row.parts[id]);
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
          {told.map(({ id, label, paint }) => (
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
