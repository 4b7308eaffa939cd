import type { Series } from "../lib/energy.ts";
import { share } from "../lib/format.ts";
import type { Row } from "../lib/rows.ts";
import { memo } from "./memo.ts";
import { NumberCell } from "./number_cell.tsx";

interface Props {
  readonly row: Row;
  readonly series: readonly Series[];
  readonly largestShare: number;
  readonly chosen: boolean;
  readonly inTabOrder: boolean;
  /** The row's place in the table from 1, headers included, where not all rows are on the page. */
  readonly place: number | undefined;
}

/**
 * One layer. A click anywhere chooses it; its name is the button for keyboard and screen reader.
 *
 * The table listens for its rows: there may be thousands.
 */
export const LayerRow = memo((props: Props) => {
  const { row, series, largestShare, chosen, place } = props;
  const { layer } = row;
  return (
    <tr class={chosen ? "chosen" : ""} data-layer={row.index} aria-rowindex={place}>
      <td class="number hint">{row.index + 1}</td>
      <th scope="row">
        <button
          type="button"
          title={layer.name}
          aria-pressed={chosen}
          tabIndex={props.inTabOrder ? 0 : -1}
        >
          <bdi>{layer.name}</bdi>
        </button>
      </th>
      <td>{layer.kind}</td>
      <NumberCell value={row.energy} strong />
      <td class="number share">
        <ShareBar row={row} series={series} largest={largestShare} />
        {share(row.share)}
      </td>
      <NumberCell value={layer.macs} />
      <NumberCell value={layer.parameters} />
      {series.map(({ id }) => (
        <PartCell key={id} value={row.parts[id]} />
      ))}
    </tr>
  );
});

/** The row's energy as a bar, so that the table can be read as a chart. */
function ShareBar(props: { row: Row; series: readonly Series[]; largest: number }) {
  const { row, series, largest } = props;
  const whole = Object.values(row.parts).reduce((sum, value) => sum + value, 0);
  const length = largest > 0 ? (100 * (row.share ?? 0)) / largest : 0;
  let x = 0;
  return (
    <svg class="share-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      {series.map(({ id, paint }) => {
        const width = whole > 0 ? (length * (row.parts[id] ?? 0)) / whole : 0;
        const start = x;
        x += width;
        return (
          width > 0 && <rect key={id} class={`fill-${paint}`} x={start} width={width} height="8" />
        );
      })}
    </svg>
  );
}

/** A part's energy; a layer that has no such part (a pooling layer's weights) shows a dash. */
function PartCell({ value }: { value: number | undefined }) {
  if (value !== undefined) return <NumberCell value={value} />;
  return (
    <td class="number" title="This layer has none">
      –
    </td>
  );
}
