/** The bars of the energy chart. */
import type { Bar, ChartGeometry } from "../lib/chart_geometry.ts";
import { memo } from "./memo.ts";
import { hasPattern } from "./patterns.tsx";

export const ChartBars = memo(({ chart }: { chart: ChartGeometry }) => (
  <>
    {chart.bars.map((bar) => (
      <ChartBar key={bar.row.index} bar={bar} />
    ))}
  </>
));

function ChartBar({ bar }: { bar: Bar }) {
  const patterned = bar.width >= 9;
  return (
    <g class="bar-group">
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

/** The grounds behind the bars that are chosen and pointed at. */
export function BarMarks(props: {
  chart: ChartGeometry;
  bars: readonly Bar[];
  selected: number | null;
  pointed: number | null;
}) {
  const { chart, bars, selected, pointed } = props;
  const { top, bottom } = chart.plot;
  const mark = (index: number | null, kind: string) => {
    const bar = index === null ? undefined : bars.find(({ row }) => row.index === index);
    if (bar === undefined) return null;
    const around = Math.min(10, Math.max(2, (bar.step - bar.width) / 2));
    return (
      <>
        <rect
          class={kind}
          data-at={bar.row.index}
          x={bar.x - around}
          y={top}
          width={bar.width + 2 * around}
          height={bottom - top}
        />
        {bar.width < 9 && kind === "marked" && (
          <path class="pointer" d={`M${bar.x + bar.width / 2} ${bottom}l4 6h-8Z`} />
        )}
      </>
    );
  };
  return (
    <>
      {pointed !== selected && mark(pointed, "hovered")}
      {mark(selected, "marked")}
    </>
  );
}
