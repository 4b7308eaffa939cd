import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import {
  type BreakdownView,
  type ChosenLayer,
  FIRST_VIEW,
  type ViewChange,
} from "../lib/breakdown_view.ts";
import { costliest } from "../lib/finding.ts";
import { Pointing } from "../lib/pointing.ts";
import type { Result } from "../lib/result.ts";
import type { Sought } from "../lib/row_window.ts";
import { rowsOf } from "../lib/rows.ts";
import { bundleOf } from "../lib/table_rows.ts";
import { Coverage } from "./coverage.tsx";
import { LayerDetail } from "./layer_detail.tsx";
import { LayerTable } from "./layer_table.tsx";
import { memo } from "./memo.ts";
import { ChartCard } from "./pictures/chart_card.tsx";
import { Notes } from "./remarks.tsx";
import { Standing } from "./standing.tsx";

interface Props {
  readonly result: Result;
  readonly stale: boolean;
  /** How it is looked at; without, the breakdown remembers that itself. */
  readonly view?: BreakdownView | undefined;
  readonly onView?: ((change: ViewChange) => void) | undefined;
}

/** Chart, table and the chosen layer's reasons; they share one selection. */
export const Breakdown = memo(({ result, stale, ...given }: Props) => {
  const [own, setOwn] = useState(FIRST_VIEW);
  const view = given.view ?? own;
  const change = useCallback(
    (to: ViewChange) => (given.onView ?? ((to) => setOwn((now) => ({ ...now, ...to }))))(to),
    [given.onView],
  );
  const { by, bundling, open } = view;
  const selected = useMemo(() => selectedIn(result, view.layer), [result, view.layer]);
  const select = useCallback(
    (index: number) => change({ layer: { index, name: result.layers[index]?.name ?? "" } }),
    [result, change],
  );
  const [sought, seek] = useState<Sought | null>(null);
  const pointing = useMemo(() => new Pointing(), []);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => linked(root.current, pointing), [pointing]);
  const rows = useMemo(() => rowsOf(result, by), [result, by]);
  // The reasons are as much again as chart and table: these are painted first.
  const [painted, setPainted] = useState(false);
  useEffect(() => setPainted(true), []);
  const layer = selected === null || !painted ? undefined : result.layers[selected];
  const selectAndSeek = useCallback(
    (index: number) => {
      select(index);
      // It is brought in, out of a bundle that was closed too.
      const key = bundleOf(rows, bundling, index);
      if (key !== null && !open.includes(key)) change({ open: [...open, key] });
      seek({ index, focus: false });
    },
    [select, change, rows, bundling, open],
  );
  return (
    <div class="breakdown" ref={root} data-stale={stale}>
      <ChartCard
        result={result}
        rows={rows}
        view={view}
        selected={selected}
        pointing={pointing}
        onSelect={selectAndSeek}
        onView={change}
      />
      <LayerTable
        result={result}
        rows={rows}
        view={view}
        selected={selected}
        sought={sought}
        onView={change}
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
        <Coverage result={result} />
        <Notes notes={result.notes} />
      </div>
    </div>
  );
});

/** The place of the chosen layer; where another model has no such layer, that of the costliest. */
function selectedIn(result: Result, chosen: ChosenLayer | null): number | null {
  if (chosen !== null && result.layers[chosen.index]?.name === chosen.name) return chosen.index;
  const [top] = costliest(result);
  return top === undefined ? null : result.layers.indexOf(top);
}

/** So long the pointer is on a row before it is meant, in milliseconds. */
const REST = 30;

/** Chart and table point at each other's; thousands of rows need not be drawn anew for it. */
function linked(root: HTMLElement | null, pointing: Pointing): () => void {
  const row = (index: number) => root?.querySelector(`.layers [data-layer="${index}"]`);
  const leave = pointing.listen((index, where) => {
    root?.querySelector(".layers .pointed")?.classList.remove("pointed");
    if (where === "chart" && index !== null) row(index)?.classList.add("pointed");
  });
  let rests: ReturnType<typeof setTimeout> | undefined;
  const point = ({ target }: Event) => {
    // Rows that only pass under the pointer while the page scrolls are not pointed at.
    clearTimeout(rests);
    if (!(target instanceof Element) || target.closest(".frame") !== null) return;
    const index = target.closest("[data-layer]")?.getAttribute("data-layer") ?? null;
    rests = setTimeout(() => pointing.point(index === null ? null : Number(index), "table"), REST);
  };
  root?.addEventListener("mouseover", point);
  root?.addEventListener("focusin", point);
  return () => {
    leave();
    clearTimeout(rests);
    root?.removeEventListener("mouseover", point);
    root?.removeEventListener("focusin", point);
  };
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
