import { useMemo, useState } from "preact/hooks";
import { type Column, columnsOf, isSortable } from "../lib/columns.ts";
import {
  costWord,
  type Grouping,
  partSums,
  resultSeries,
  totalParts,
  unitOf,
} from "../lib/cost.ts";
import { ends } from "../lib/format.ts";
import type { Result } from "../lib/result.ts";
import { firstView, followed, isLong, type Sought, shownPlaces } from "../lib/row_window.ts";
import type { ColumnId, Row, Sorting } from "../lib/rows.ts";
import { LayerBody } from "./layer_body.tsx";
import { memo } from "./memo.ts";
import { NumberCell } from "./number_cell.tsx";
import { RowPager, shownText } from "./row_pager.tsx";

interface Props {
  readonly result: Result;
  /** In the order of the table. */
  readonly rows: readonly Row[];
  readonly grouping: Grouping;
  readonly sorting: Sorting;
  readonly selected: number | null;
  readonly sought: Sought | null;
  readonly onSort: (column: ColumnId) => void;
  readonly onSelect: (index: number) => void;
  readonly onSeek: (sought: Sought) => void;
  /** Asks for the reasons behind the chosen layer. */
  readonly onWhy: () => void;
}

/** Every layer with its numbers: the primary form of the breakdown. */
export const LayerTable = memo((props: Props) => {
  const { result, rows, grouping, sorting, onSort } = props;
  const [before, setView] = useState(() => firstView(rows, sorting));
  const view = followed(before, rows, sorting, props.sought);
  if (view !== before) setView(view);
  const { first, end } = shownPlaces(view);
  const { series, columns, sums } = useMemo(() => {
    const series = resultSeries(result, grouping);
    const sums = partSums(totalParts(result), grouping);
    return { series, columns: columnsOf(result, series), sums };
  }, [result, grouping]);
  const word = costWord(unitOf(result));
  const long = isLong(view);
  const inPart = end - first < rows.length;
  const seekPlace = (place: number) => {
    const row = rows[place];
    if (row !== undefined) props.onSeek({ index: row.index, focus: true });
  };
  return (
    <section class="panel" aria-labelledby="table-title">
      <div class="panel-head">
        <h3 id="table-title">Layers</h3>
        <p class="hint">
          {long && `${shownText(view)}. `}Choose a layer to see why; ↑ ↓ move through them.
        </p>
      </div>
      <div class="scroll">
        <table class="layers" aria-rowcount={inPart ? rows.length + 2 : undefined}>
          <caption class="unseen">
            {word === "time" ? "Time" : "Energy"} of each layer of {result.model.name} on{" "}
            {result.platform.name}. Column headers sort.
          </caption>
          <thead>
            <tr aria-rowindex={inPart ? 1 : undefined}>
              {columns.map((column) => (
                <Header key={column.id} column={column} sorting={sorting} onSort={onSort} />
              ))}
            </tr>
          </thead>
          <LayerBody
            rows={rows}
            first={first}
            end={end}
            columns={columns}
            series={series}
            selected={props.selected}
            sought={props.sought}
            onSelect={props.onSelect}
            onSeek={props.onSeek}
            onWhy={props.onWhy}
          />
          <tfoot>
            <tr aria-rowindex={inPart ? rows.length + 2 : undefined}>
              {columns.map((column) => (
                <TotalCell key={column.id} column={column} result={result} sums={sums} />
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
      {long && (
        <RowPager
          view={view}
          onTurn={seekPlace}
          onWhole={(whole) => setView({ ...view, whole, first: 0 })}
        />
      )}
    </section>
  );
});

function TotalCell(props: {
  column: Column;
  result: Result;
  sums: Readonly<Record<string, number>>;
}) {
  const { totals } = props.result;
  const { id } = props.column;
  switch (id) {
    case "index":
    case "kind":
    case "origin":
      return <td />;
    case "name":
      return <th scope="row">All layers</th>;
    case "share":
      return <td class="number">100.0 %</td>;
    case "time-range":
    case "energy-range": {
      const found = totals.interval?.[id === "time-range" ? "time_s" : "energy_j"];
      return <td class="number range">{found ? ends(found, "") : "–"}</td>;
    }
    case "time":
      return <NumberCell value={totals.time_s ?? null} unit="s" />;
    case "power":
      return <NumberCell value={totals.power_w ?? null} unit="W" />;
    case "energy":
      return (
        <NumberCell value={totals.energy_j ?? totals.energy_macs} unit={props.column.unit} strong />
      );
    case "macs":
    case "parameters":
      return <NumberCell value={totals[id]} />;
    default:
      return <NumberCell value={props.sums[id.slice("part:".length)] ?? 0} />;
  }
}

function Header(props: { column: Column; sorting: Sorting; onSort: (column: ColumnId) => void }) {
  const { column, sorting, onSort } = props;
  if (!isSortable(column)) {
    return (
      <th scope="col" class="number">
        <HeaderText column={column} />
      </th>
    );
  }
  const active = sorting.column === column.id;
  const direction = sorting.descending ? "descending" : "ascending";
  const text = ["name", "kind", "origin"].includes(column.id);
  return (
    <th scope="col" class={text ? "" : "number"} {...(active ? { "aria-sort": direction } : {})}>
      <button type="button" onClick={() => onSort(column.id)}>
        <span class="arrow" aria-hidden="true">
          {active ? (sorting.descending ? "↓" : "↑") : ""}
        </span>
        <HeaderText column={column} />
      </button>
    </th>
  );
}

function HeaderText({ column: { label, unit, about } }: { column: Column }) {
  return (
    <>
      {label}
      {unit !== undefined && (
        <span class="unit"> {about === undefined ? unit : `${unit}, ${about}`}</span>
      )}
    </>
  );
}
