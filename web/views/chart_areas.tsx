/** The bars of very many layers: an area for each series, and one strip that finds the bar meant. */
import type { Bar, ChartGeometry } from "../lib/chart_geometry.ts";
import { barAt, type DenseChart } from "../lib/dense_chart.ts";
import { BarMark } from "./chart_bars.tsx";

interface Props {
  readonly chart: ChartGeometry;
  readonly dense: DenseChart;
  readonly selected: number | null;
  readonly hovered: Bar | null;
  readonly onSelect: (index: number) => void;
  readonly onHover: (bar: Bar) => void;
}

export function ChartAreas({ chart, dense, selected, hovered, onSelect, onHover }: Props) {
  const { left, right, top, bottom } = chart.plot;
  const marked = chart.bars.find((bar) => bar.row.index === selected);
  const meant = (event: MouseEvent, use: (bar: Bar) => void) => {
    const svg = (event.currentTarget as SVGElement).ownerSVGElement;
    const bar = barAt(dense, event.clientX - (svg?.getBoundingClientRect().left ?? 0));
    if (bar !== undefined) use(bar);
  };
  return (
    <g class="areas">
      {hovered !== null && <BarMark bar={hovered} top={top} bottom={bottom} kind="mark hovered" />}
      {marked !== undefined && (
        <>
          <BarMark bar={marked} top={top} bottom={bottom} kind="mark marked" />
          <path class="pointer" d={`M${marked.x + marked.width / 2} ${bottom}l4 6h-8Z`} />
        </>
      )}
      {dense.areas.map(({ series, paint, path }) => (
        <path key={series} class={`fill-${paint}`} d={path} />
      ))}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the table's buttons do it by keyboard */}
      <rect
        class="strip"
        x={left}
        y={top}
        width={right - left}
        height={bottom - top}
        onClick={(event) => meant(event, (bar) => onSelect(bar.row.index))}
        onMouseMove={(event) => meant(event, onHover)}
      />
    </g>
  );
}
