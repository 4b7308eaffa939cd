import { useLayoutEffect, useRef } from "preact/hooks";
import type { Column } from "../lib/columns.ts";
import type { Series } from "../lib/cost.ts";
import type { Sought } from "../lib/row_window.ts";
import type { Row } from "../lib/rows.ts";
import { LayerRow } from "./layer_row.tsx";

interface Props {
  /** In the order of the table, all of them. */
  readonly rows: readonly Row[];
  /** The places of those on the page. */
  readonly first: number;
  readonly end: number;
  readonly columns: readonly Column[];
  readonly series: readonly Series[];
  readonly selected: number | null;
  readonly sought: Sought | null;
  readonly onSelect: (index: number) => void;
  readonly onSeek: (sought: Sought) => void;
  /** Asks for the reasons behind the chosen layer. */
  readonly onWhy: () => void;
}

const MOVES: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** The rows on the page; listens to mouse and keyboard for all of them. */
export function LayerBody(props: Props) {
  const { rows, first, end, columns, series, selected, sought, onSelect, onSeek, onWhy } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const here = rows.slice(first, end);
  const largest = rows.reduce((most, row) => Math.max(most, row.share ?? 0), 0);
  const chosen = here.find((row) => row.index === selected);
  const tabStop = chosen ?? here[0];
  useLayoutEffect(() => {
    if (sought === null || !sought.focus) return;
    const name = body.current?.querySelector<HTMLElement>(`[data-layer="${sought.index}"] button`);
    name?.focus();
  }, [sought]);
  const click = (event: MouseEvent) => {
    const index = layerOf(event.target);
    if (index === null) return;
    onSelect(index);
    if ((event.target as Element).closest("button") !== null) onWhy();
  };
  const key = (event: KeyboardEvent) => {
    const by = MOVES[event.key];
    const index = layerOf(event.target);
    if (by === undefined || index === null) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const place = rows.findIndex((row) => row.index === index);
    const to = rows[Math.max(0, Math.min(rows.length - 1, place + by))];
    if (to === undefined) return;
    onSelect(to.index);
    onSeek({ index: to.index, focus: true });
  };
  return (
    <tbody ref={body} onClick={click} onKeyDown={key}>
      {here.map((row, i) => (
        <LayerRow
          key={row.index}
          row={row}
          columns={columns}
          series={series}
          largestShare={largest}
          chosen={row === chosen}
          inTabOrder={row === tabStop}
          place={here.length < rows.length ? first + i + 2 : undefined}
        />
      ))}
    </tbody>
  );
}

function layerOf(target: EventTarget | null): number | null {
  const row = target instanceof Element ? target.closest("[data-layer]") : null;
  return row === null ? null : Number(row.getAttribute("data-layer"));
}
