import type { Column } from "../lib/columns.ts";
import { isSortable } from "../lib/columns.ts";
import type { Series } from "../lib/cost.ts";
import { ends, share } from "../lib/format.ts";
import { isFarFromMeasured, originText } from "../lib/origins.ts";
import type { Ends } from "../lib/result.ts";
import { numberIn, type Row } from "../lib/rows.ts";
import type { Entry } from "../lib/table_rows.ts";
import { memo } from "./memo.ts";
import { NumberCell } from "./number_cell.tsx";

interface Props {
  readonly entry: Entry;
  readonly columns: readonly Column[];
  readonly series: readonly Series[];
  readonly largestShare: number;
  readonly chosen: boolean;
  readonly inTabOrder: boolean;
  /** The row's place in the table from 1, headers included, where not all rows are on the page. */
  readonly place: number | undefined;
}

/**
 * One layer, or a bundle of them. A click anywhere chooses or opens it; its name is the button.
 *
 * The table listens for its rows: there may be thousands.
 */
export const LayerRow = memo((props: Props) => {
  const { entry, columns, chosen, place } = props;
  const { bundle, inside, index } = entry;
  const known = bundle === null ? { "data-layer": index } : { "data-bundle": bundle.key };
  const kind = bundle === null ? (inside ? "inside" : "") : "bundle";
  return (
    <tr class={chosen ? `chosen ${kind}` : kind} {...known} aria-rowindex={place}>
      {columns.map((column) => (
        <Cell key={column.id} column={column} {...props} />
      ))}
    </tr>
  );
});

function Cell({ column, ...props }: Props & { column: Column }) {
  const { series } = props;
  const { row, bundle, upTo } = props.entry;
  const { layer } = row;
  switch (column.id) {
    case "index":
      return <td class="number hint">{bundle === null && row.index + 1}</td>;
    case "name":
      return <NameCell {...props} />;
    case "kind":
      return <td>{layer.kind}</td>;
    case "origin":
      return <td class={isFarFromMeasured(layer) ? "far" : ""}>{originText(layer)}</td>;
    case "time-range":
      return <EndsCell ends={layer.interval?.time_s} />;
    case "energy-range":
      return <EndsCell ends={layer.interval?.energy_j} />;
    case "sum":
      return <td class="number range">{share(upTo)}</td>;
    case "share":
      return (
        <td class="number share">
          <ShareBar row={row} series={series} largest={props.largestShare} />
          {share(row.share)}
        </td>
      );
    default: {
      if (!isSortable(column)) return null;
      if (column.id.startsWith("part:")) return <PartCell value={row.parts[column.id.slice(5)]} />;
      return (
        <NumberCell
          value={numberIn(row, column.id)}
          unit={column.unit}
          strong={column.id === "energy"}
        />
      );
    }
  }
}

function NameCell({ entry, chosen, inTabOrder }: Props) {
  const { row, bundle } = entry;
  const state = bundle === null ? { "aria-pressed": chosen } : { "aria-expanded": bundle.open };
  return (
    <th scope="row">
      <button type="button" title={row.layer.name} {...state} tabIndex={inTabOrder ? 0 : -1}>
        <bdi>
          {bundle !== null && <span aria-hidden="true">{bundle.open ? "▾ " : "▸ "}</span>}
          {row.layer.name}
        </bdi>
      </button>
    </th>
  );
}

/** Between what a quantity lies; a dash where nobody knows. */
function EndsCell({ ends: found }: { ends: Ends | undefined }) {
  return <td class={found ? "number range" : "number none"}>{found ? ends(found, "") : "–"}</td>;
}

/** The row's cost as a bar, so that the table can be read as a chart. */
function ShareBar(props: { row: Row; series: readonly Series[]; largest: number }) {
  const { row, series, largest } = props;
  const whole = Object.values(row.parts).reduce((sum, value) => sum + Math.max(0, value), 0);
  const length = largest > 0 ? (100 * (row.share ?? 0)) / largest : 0;
  let x = 0;
  return (
    <svg class="share-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      {series.map(({ id, paint }) => {
        const width = whole > 0 ? (length * Math.max(0, row.parts[id] ?? 0)) / whole : 0;
        const start = x;
        x += width;
        return (
          width > 0 && <rect key={id} class={`fill-${paint}`} x={start} width={width} height="8" />
        );
      })}
    </svg>
  );
}

/** A part's cost; a layer that has no such part (a pooling layer's weights) shows a dash. */
function PartCell({ value }: { value: number | undefined }) {
  if (value !== undefined) return <NumberCell value={value} />;
  return (
    <td class="number" title="This layer has none">
      –
    </td>
  );
}
