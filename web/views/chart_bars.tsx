/** The bars of the energy chart, each an element that answers to the mouse. */
import type { Bar, ChartGeometry } from "../lib/chart_geometry.ts";
import { hasPattern } from "./patterns.tsx";

interface Props {
  readonly chart: ChartGeometry;
  readonly selected: number | null;
  readonly onSelect: (index: number) => void;
  readonly onHover: (bar: Bar) => void;
}

export function ChartBars({ chart, selected, onSelect, onHover }: Props) {
  return (
    <>
      {chart.bars.map((bar) => (
        <ChartBar
          key={bar.row.index}
          bar={bar}
          top={chart.plot.top}
          bottom={chart.plot.bottom}
          marked={bar.row.index === selected}
          onSelect={onSelect}
          onHover={onHover}
        />
      ))}
    </>
  );
}

function ChartBar(props: {
  bar: Bar;
  top: number;
  bottom: number;
  marked: boolean;
  onSelect: (index: number) => void;
  onHover: (bar: Bar) => void;
}) {
  const { bar, top, bottom, marked, onSelect, onHover } = props;
  const patterned = bar.width >= 9;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the table's buttons do it by keyboard
    <g class="bar-group" onClick={() => onSelect(bar.row.index)} onMouseEnter={() => onHover(bar)}>
      <rect class="strip" x={bar.left} y={top} width={bar.step} height={bottom - top} />
      <BarMark bar={bar} top={top} bottom={bottom} kind={marked ? "mark marked" : "mark"} />
      {bar.segments.map(({ series, paint, y, height }) => (
        <g key={series}>
          <rect class={`fill-${paint}`} x={bar.x} y={y} width={bar.width} height={height} />
          {patterned && hasPattern(paint) && (
            <rect
              x={bar.x}
              y={y}
              width={bar.width}
              height={height}
              fill={`url(#pattern-${paint})`}
            />
          )}
          {bar.width >= 4 && height >= 2 && (
            <line class="parting" x1={bar.x} x2={bar.x + bar.width} y1={y} y2={y} />
          )}
        </g>
      ))}
    </g>
  );
}

/** The ground behind a bar that is chosen, or under the pointer. */
export function BarMark(props: { bar: Bar; top: number; bottom: number; kind: string }) {
  const { bar, top, bottom, kind } = props;
  const around = Math.min(10, Math.max(2, (bar.step - bar.width) / 2));
  return (
    <rect
      class={kind}
      x={bar.x - around}
      y={top}
      width={bar.width + 2 * around}
      height={bottom - top}
    />
  );
}
