import { useLayoutEffect, useRef } from "preact/hooks";
import type { Column } from "../lib/columns.ts";
import type { Series } from "../lib/cost.ts";
import type { Sought } from "../lib/row_window.ts";
import type { Entry } from "../lib/table_rows.ts";
import { LayerRow } from "./layer_row.tsx";

interface Props {
  /** In the order of the table, all of them. */
  readonly entries: readonly Entry[];
  /** The places of those on the page. */
  readonly first: number;
  readonly end: number;
  readonly columns: readonly Column[];
  readonly series: readonly Series[];
  readonly selected: number | null;
  readonly sought: Sought | null;
  readonly onSelect: (index: number) => void;
  readonly onSeek: (sought: Sought) => void;
  /** Opens or closes a bundle. */
  readonly onBundle: (key: string) => void;
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
  const { entries, first, end, columns, series, selected, sought } = props;
  const { onSelect, onSeek, onBundle, onWhy } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const here = entries.slice(first, end);
  const largest = entries.reduce((most, { row }) => Math.max(most, row.share ?? 0), 0);
  const chosen = here.find(({ index }) => index === selected);
  const tabStop = chosen ?? here[0];
  useLayoutEffect(() => {
    if (sought === null || !sought.focus) return;
    const place = here.findIndex(({ index }) => index === sought.index);
    body.current?.rows[place]?.querySelector("button")?.focus();
  }, [sought]);
  const click = (event: MouseEvent) => {
    const bundle = bundleOf(event.target);
    if (bundle !== null) onBundle(bundle);
    const index = layerOf(event.target);
    if (index === null) return;
    onSelect(index);
    if ((event.target as Element).closest("button") !== null) onWhy();
  };
  const key = (event: KeyboardEvent) => {
    const by = MOVES[event.key];
    const index = layerOf(event.target);
    const key = bundleOf(event.target);
    if (by === undefined || (index === null && key === null)) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const place = entries.findIndex((entry) =>
      key === null ? entry.index === index : entry.bundle?.key === key,
    );
    const to = entries[Math.max(0, Math.min(entries.length - 1, place + by))];
    if (to === undefined) return;
    if (to.bundle === null) onSelect(to.index);
    onSeek({ index: to.index, focus: true });
  };
  return (
    <tbody ref={body} onClick={click} onKeyDown={key}>
      {here.map((entry, i) => (
        <LayerRow
          key={entry.index}
          entry={entry}
          columns={columns}
          series={series}
          largestShare={largest}
          chosen={entry === chosen}
          inTabOrder={entry === tabStop}
          place={here.length < entries.length ? first + i + 2 : undefined}
        />
      ))}
    </tbody>
  );
}

function layerOf(target: EventTarget | null): number | null {
  const row = target instanceof Element ? target.closest("[data-layer]") : null;
  return row === null ? null : Number(row.getAttribute("data-layer"));
}

function bundleOf(target: EventTarget | null): string | null {
  return target instanceof Element
    ? (target.closest("[data-bundle]")?.getAttribute("data-bundle") ?? null)
    : null;
}
