import { useRef } from "preact/hooks";
import {
  type EnergyUnit,
  type Grouping,
  partSums,
  seriesOf,
  totalEnergy,
  unitOf,
} from "../lib/energy.ts";
import type { Result } from "../lib/result.ts";
import type { ColumnId, Row, Sorting } from "../lib/rows.ts";
import { LayerRow } from "./layer_row.tsx";
import { NumberCell } from "./number_cell.tsx";

interface Props {
  readonly result: Result;
  /** In the order of the table. */
  readonly rows: readonly Row[];
  readonly grouping: Grouping;
  readonly sorting: Sorting;
  readonly selected: number | null;
  readonly onSort: (column: ColumnId) => void;
  readonly onSelect: (index: number) => void;
  /** Asks for the reasons behind the chosen layer. */
  readonly onWhy: () => void;
}

interface Column {
  readonly id: ColumnId;
  readonly label: string;
  readonly unit?: string;
}

/** Every layer with its numbers: the primary form of the breakdown. */
export function LayerTable(props: Props) {
  const { result, rows, grouping, sorting, selected, onSort, onSelect, onWhy } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const unit = unitOf(result);
  const series = seriesOf(grouping, result.totals.parts);
  const columns = columnsOf(unit, series);
  const largest = Math.max(0, ...rows.map((row) => row.share ?? 0));
  const sums = partSums(result.totals.parts, grouping);
  const move = (to: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (row === undefined) return;
    onSelect(row.index);
    const buttons = body.current?.querySelectorAll<HTMLButtonElement>("button");
    buttons?.[rows.indexOf(row)]?.focus();
  };
  return (
    <section class="panel" aria-labelledby="table-title">
      <div class="panel-head">
        <h3 id="table-title">Layers</h3>
        <p class="hint">Choose a layer to see why; ↑ ↓ move through them.</p>
      </div>
      <div class="scroll">
        <table class="layers">
          <caption class="unseen">
            Energy of each layer of {result.model.name} on {result.platform.name}. Column headers
            sort.
          </caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <SortHeader key={column.id} column={column} sorting={sorting} onSort={onSort} />
              ))}
            </tr>
          </thead>
          <tbody ref={body}>
            {rows.map((row, position) => (
              <LayerRow
                key={row.index}
                row={row}
                series={series}
                largestShare={largest}
                chosen={row.index === selected}
                inTabOrder={row.index === selected || (selected === null && position === 0)}
                onSelect={() => onSelect(row.index)}
                onWhy={onWhy}
                onMove={(by) =>
                  move(by === "start" ? 0 : by === "end" ? rows.length : position + by)
                }
              />
            ))}
          </tbody>
          <tfoot>
            <tr>
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
    </section>
  );
}

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
