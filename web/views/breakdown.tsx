import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import type { Grouping } from "../lib/cost.ts";
import { costliest } from "../lib/finding.ts";
import { isMapped, type Result } from "../lib/result.ts";
import type { Sought } from "../lib/row_window.ts";
import {
  type ColumnId,
  NETWORK_ORDER,
  nextSorting,
  rowsOf,
  type Sorting,
  sorted,
} from "../lib/rows.ts";
import { Coverage } from "./coverage.tsx";
import { EnergyChart } from "./energy_chart.tsx";
import { Fusion } from "./fusion.tsx";
import { LayerDetail } from "./layer_detail.tsx";
import { LayerTable } from "./layer_table.tsx";
import { memo } from "./memo.ts";
import { Notes } from "./remarks.tsx";
import { Standing } from "./standing.tsx";

interface Props {
  readonly result: Result;
  readonly stale: boolean;
  /** Whether it is asked what fusing layers would save. */
  readonly fuse: boolean;
  readonly onFuse: (fuse: boolean) => void;
}

/** Chart, table and the chosen layer's reasons; they share one selection. */
export const Breakdown = memo(({ result, stale, fuse, onFuse }: Props) => {
  const [grouping, setGrouping] = useState<Grouping>("tensor");
  const [sorting, setSorting] = useState<Sorting>(NETWORK_ORDER);
  const [selected, select] = useSelection(result);
  const [sought, seek] = useState<Sought | null>(null);
  const rows = useMemo(() => rowsOf(result, grouping), [result, grouping]);
  const ordered = useMemo(() => sorted(rows, sorting), [rows, sorting]);
  const layer = selected === null ? undefined : result.layers[selected];
  const sort = useCallback((column: ColumnId) => setSorting((now) => nextSorting(now, column)), []);
  const selectAndSeek = useCallback(
    (index: number) => {
      select(index);
      seek({ index, focus: false });
    },
    [select],
  );
  return (
    <div class="breakdown" data-stale={stale}>
      <EnergyChart
        result={result}
        rows={rows}
        grouping={grouping}
        selected={selected}
        onSelect={selectAndSeek}
        onGrouping={setGrouping}
      />
      <LayerTable
        result={result}
        rows={ordered}
        grouping={grouping}
        sorting={sorting}
        selected={selected}
        sought={sought}
        onSort={sort}
        onSelect={select}
        onSeek={seek}
        onWhy={goToDetailIfAway}
      />
      {layer !== undefined && (
        <LayerDetail
          result={result}
          layer={layer}
          onBack={() => selected !== null && seek({ index: selected, focus: true })}
        />
      )}
      <div class="after">
        <Standing result={result} />
        {isMapped(result.platform) && <Fusion result={result} asked={fuse} onAsk={onFuse} />}
        <Coverage result={result} />
        <Notes notes={result.notes} />
      </div>
    </div>
  );
});

/** The chosen layer, by place. Another breakdown keeps the name chosen, else takes the costliest. */
function useSelection(result: Result) {
  const [name, setName] = useState<{ name: string; index: number } | null>(null);
  const kept = name !== null && result.layers[name.index]?.name === name.name ? name.index : null;
  const [top] = costliest(result);
  const selected = kept ?? (top === undefined ? null : result.layers.indexOf(top));
  useEffect(() => {
    if (kept === null) setName(null);
  }, [kept]);
  const select = useCallback(
    (index: number) => setName({ name: result.layers[index]?.name ?? "", index }),
    [result],
  );
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
