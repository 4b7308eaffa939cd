import { useEffect, useMemo, useState } from "preact/hooks";
import type { BreakdownView, ViewChange } from "../lib/breakdown_view.ts";
import { type Column, columnsOf, isSortable } from "../lib/columns.ts";
import { costWord, resultSeries, seriesSums, unitOf } from "../lib/cost.ts";
import { ends, share } from "../lib/format.ts";
import type { Result } from "../lib/result.ts";
import {
  canBeWhole,
  firstView,
  followed,
  isLong,
  type Sought,
  shownPlaces,
} from "../lib/row_window.ts";
import { type ColumnId, nextSorting, numberIn, type Row, type Sorting } from "../lib/rows.ts";
import { tableRows } from "../lib/table_rows.ts";
import { LayerBody } from "./layer_body.tsx";
import { memo } from "./memo.ts";
import { NumberCell } from "./number_cell.tsx";
import { RowPager, shownText } from "./row_pager.tsx";
import { TableTools } from "./table_tools.tsx";

interface Props {
  readonly result: Result;
  /** In network order. */
  readonly rows: readonly Row[];
  readonly view: BreakdownView;
  readonly selected: number | null;
  readonly sought: Sought | null;
  readonly onView: (change: ViewChange) => void;
  readonly onSelect: (index: number) => void;
  readonly onSeek: (sought: Sought) => void;
  /** Asks for the reasons behind the chosen layer. */
  readonly onWhy: () => void;
}

/** Every layer with its numbers: the primary form of the breakdown. */
export const LayerTable = memo((props: Props) => {
  const { result, rows, onView } = props;
  const { by: grouping, sorting, filter, bundling, open, top } = props.view;
  const { entries, count, sum } = useMemo(
    () => tableRows(rows, { filter, sorting, bundling, open, top }),
    [rows, filter, sorting, bundling, open, top],
  );
  const [before, setView] = useState(() => firstView(entries, sorting));
  const view = followed(before, entries, sorting, props.sought);
  if (view !== before) setView(view);
  const { first, end } = shownPlaces(view);
  useEffect(() => {
    if (!canBeWhole(view)) return;
    const whole = (event: KeyboardEvent) => {
      if (isFind(event)) setView((now) => ({ ...now, whole: true, first: 0 }));
    };
    addEventListener("keydown", whole);
    return () => removeEventListener("keydown", whole);
  }, [canBeWhole(view)]);
  const { series, columns, sums } = useMemo(() => {
    const series = resultSeries(result, grouping);
    // A layer is of one kind: columns of kinds would be empty but for one cell a row.
    const columns = columnsOf(result, grouping === "kind" ? [] : series);
    return { series, columns, sums: seriesSums(result, grouping) };
  }, [result, grouping]);
  const word = costWord(unitOf(result));
  const long = isLong(view);
  const inPart = end - first < entries.length;
  const lines = entries.length + (sum === null ? 2 : 3);
  const seekPlace = (place: number) => {
    const entry = entries[place];
    if (entry !== undefined) props.onSeek({ index: entry.index, focus: true });
  };
  return (
    <section class="panel" aria-labelledby="table-title">
      <div class="panel-head">
        <h3 id="table-title">Layers</h3>
        <p class="hint">
          {long && `${shownText(view)}. `}Choose a layer to see why; ↑ ↓ move through them.
        </p>
      </div>
      <TableTools view={props.view} count={count} of={rows.length} onView={onView} />
      <div class="scroll">
        <table class="layers" aria-rowcount={inPart ? lines : undefined}>
          <caption class="unseen">
            {word === "time" ? "Time" : "Energy"} of each layer of {result.model.name} on{" "}
            {result.platform.name}. Column headers sort.
          </caption>
          <thead>
            <tr aria-rowindex={inPart ? 1 : undefined}>
              {columns.map((column) => (
                <Header
                  key={column.id}
                  column={column}
                  sorting={sorting}
                  onSort={(column) => onView({ sorting: nextSorting(sorting, column) })}
                />
              ))}
            </tr>
          </thead>
          <LayerBody
            entries={entries}
            first={first}
            end={end}
            columns={columns}
            series={series}
            selected={props.selected}
            sought={props.sought}
            onSelect={props.onSelect}
            onSeek={props.onSeek}
            onBundle={(key) =>
              onView({ open: open.includes(key) ? open.filter((o) => o !== key) : [...open, key] })
            }
            onWhy={props.onWhy}
          />
          <tfoot>
            {sum !== null && (
              <tr aria-rowindex={inPart ? lines - 1 : undefined}>
                {columns.map((column) => (
                  <SumCell key={column.id} column={column} row={sum} />
                ))}
              </tr>
            )}
            <tr aria-rowindex={inPart ? lines : undefined}>
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

/** The browser's own search finds only what is on the page. */
function isFind({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return key === "F3" || ((ctrlKey || metaKey) && key.toLowerCase() === "f");
}

/** A cell of the sum of those layers that a filter leaves. */
function SumCell({ column, row }: { column: Column; row: Row }) {
  if (column.id === "name") return <th scope="row">{row.layer.name}</th>;
  if (column.id === "share") return <td class="number">{share(row.share)}</td>;
  if (!isSortable(column) || ["index", "kind", "origin"].includes(column.id)) return <td />;
  return <NumberCell value={numberIn(row, column.id)} unit={column.unit} />;
}

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
    case "sum":
      return <td />;
    case "name":
      return <th scope="row">All layers</th>;
    case "share":
      return <td class="number">{share(1)}</td>;
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
