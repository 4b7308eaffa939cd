import { useEffect, useMemo, useState } from "preact/hooks";
import type { Grouping } from "../lib/energy.ts";
import { costliest } from "../lib/finding.ts";
import type { Result } from "../lib/result.ts";
import { NETWORK_ORDER, nextSorting, rowsOf, type Sorting, sorted } from "../lib/rows.ts";
import { Coverage } from "./coverage.tsx";
import { EnergyChart } from "./energy_chart.tsx";
import { LayerDetail } from "./layer_detail.tsx";
import { LayerTable } from "./layer_table.tsx";
import { Notes } from "./remarks.tsx";

/** Chart, table and the chosen layer's reasons; they share one selection. */
export function Breakdown({ result, stale }: { result: Result; stale: boolean }) {
  const [grouping, setGrouping] = useState<Grouping>("tensor");
  const [sorting, setSorting] = useState<Sorting>(NETWORK_ORDER);
  const [selected, select] = useSelection(result);
  const rows = useMemo(() => rowsOf(result, grouping), [result, grouping]);
  const ordered = useMemo(() => sorted(rows, sorting), [rows, sorting]);
  const layer = selected === null ? undefined : result.layers[selected];
  return (
    <div class="breakdown" data-stale={stale}>
      <EnergyChart
        result={result}
        rows={rows}
        grouping={grouping}
        selected={selected}
        onSelect={select}
        onGrouping={setGrouping}
      />
      <LayerTable
        result={result}
        rows={ordered}
        grouping={grouping}
        sorting={sorting}
        selected={selected}
        onSort={(column) => setSorting((now) => nextSorting(now, column))}
        onSelect={select}
        onWhy={goToDetailIfAway}
      />
      {layer !== undefined && <LayerDetail result={result} layer={layer} onBack={goToTable} />}
      <div class="after">
        <Coverage result={result} />
        <Notes notes={result.notes} />
      </div>
    </div>
  );
}

/** The chosen layer, by place. Another breakdown keeps the name chosen, else takes the costliest. */
function useSelection(result: Result) {
  const [name, setName] = useState<{ name: string; index: number } | null>(null);
  const kept = name !== null && result.layers[name.index]?.name === name.name ? name.index : null;
  const [top] = costliest(result);
  const selected = kept ?? (top === undefined ? null : result.layers.indexOf(top));
  useEffect(() => {
    if (kept === null) setName(null);
  }, [kept]);
  const select = (index: number) => {
    setName({ name: result.layers[index]?.name ?? "", index });
  };
  return [selected, select] as const;
}

/** Where reasons stand below the table (a narrow screen), choosing a layer leads there. */
function goToDetailIfAway(): void {
  requestAnimationFrame(() => {
    const title = document.getElementById("detail-title");
    const table = document.querySelector(".layers");
    if (title === null || table === null) return;
    const below = title.getBoundingClientRect().top > table.getBoundingClientRect().bottom - 1;
    if (below) title.focus();
  });
}

function goToTable(): void {
  document.querySelector<HTMLElement>(".layers tbody [aria-pressed=true]")?.focus();
}
