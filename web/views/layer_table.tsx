import { useMemo, useState } from "preact/hooks";
import {
  type EnergyUnit,
  type Grouping,
  partSums,
  seriesOf,
  totalEnergy,
  unitOf,
} from "../lib/energy.ts";
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

interface Column {
  readonly id: ColumnId;
  readonly label: string;
  readonly unit?: string;
}

/** Every layer with its numbers: the primary form of the breakdown. */
export const LayerTable = memo((props: Props) => {
  const { result, rows, grouping, sorting, onSort } = props;
  const [before, setView] = useState(() => firstView(rows, sorting));
  const view = followed(before, rows, sorting, props.sought);
  if (view !== before) setView(view);
  const { first, end } = shownPlaces(view);
  const unit = unitOf(result);
  const series = useMemo(
    () => seriesOf(grouping, result.totals.parts, result.platform.levels),
    [result, grouping],
  );
  const columns = columnsOf(unit, series);
  const sums = partSums(result.totals.parts, grouping);
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
            Energy of each layer of {result.model.name} on {result.platform.name}. Column headers
            sort.
          </caption>
          <thead>
            <tr aria-rowindex={inPart ? 1 : undefined}>
              {columns.map((column) => (
                <SortHeader key={column.id} column={column} sorting={sorting} onSort={onSort} />
              ))}
            </tr>
          </thead>
          <LayerBody
            rows={rows}
            first={first}
            end={end}
            series={series}
            selected={props.selected}
            sought={props.sought}
            onSelect={props.onSelect}
            onSeek={props.onSeek}
            onWhy={props.onWhy}
          />
          <tfoot>
            <tr aria-rowindex={inPart ? rows.length + 2 : undefined}>
              <td />
              <th scope="row">All layers</th>
              <td />
              <NumberCell value={totalEnergy(result)} strong />
              <td class="number">100.0 %</td>
              <NumberCell value={result.totals.macs} />
              <NumberCell value={result.totals.parameters} />
              {series.map(({ id }) => (
                <NumberCell key={id} value={sums[id] ?? 0} />
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

function columnsOf(
  unit: EnergyUnit,
  series: readonly { id: string; label: string }[],
): readonly Column[] {
  return [
    { id: "index", label: "#" },
    { id: "name", label: "Layer" },
    { id: "kind", label: "Kind" },
    { id: "energy", label: "Energy", unit },
    { id: "share", label: "Share", unit: "of total" },
    { id: "macs", label: "MACs" },
    { id: "parameters", label: "Params" },
    ...series.map(({ id, label }): Column => ({ id: `part:${id}`, label, unit })),
  ];
}

function SortHeader(props: {
  column: Column;
  sorting: Sorting;
  onSort: (column: ColumnId) => void;
}) {
  const { column, sorting, onSort } = props;
  const active = sorting.column === column.id;
  const direction = sorting.descending ? "descending" : "ascending";
  const text = ["name", "kind"].includes(column.id);
  return (
    <th scope="col" class={text ? "" : "number"} {...(active ? { "aria-sort": direction } : {})}>
      <button type="button" onClick={() => onSort(column.id)}>
        <span class="arrow" aria-hidden="true">
          {active ? (sorting.descending ? "↓" : "↑") : ""}
        </span>
        {column.label}
        {column.unit !== undefined && <span class="unit"> {column.unit}</span>}
      </button>
    </th>
  );
}
