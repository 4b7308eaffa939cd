import { useState } from "preact/hooks";
import { type Bar, chartGeometry } from "../lib/chart_geometry.ts";
import { type EnergyUnit, type Grouping, seriesOf, unitOf } from "../lib/energy.ts";
import { finding } from "../lib/finding.ts";
import { tick } from "../lib/format.ts";
import type { Result } from "../lib/result.ts";
import type { Row } from "../lib/rows.ts";
import { ChartTooltip } from "./chart_tooltip.tsx";
import { Legend } from "./legend.tsx";
import { hasPattern, Patterns } from "./patterns.tsx";
import { useWidth } from "./use_width.ts";

interface Props {
  readonly result: Result;
  readonly rows: readonly Row[];
  readonly grouping: Grouping;
  readonly selected: number | null;
  readonly onSelect: (index: number) => void;
  readonly onGrouping: (grouping: Grouping) => void;
}

const HEIGHT = 268;

/** Energy per layer, stacked; drawn from the rows of the table, which says the same in words. */
export function EnergyChart(props: Props) {
  const { result, rows, grouping, selected, onSelect } = props;
  const [frame, width] = useWidth(640);
  const [hovered, setHovered] = useState<Bar | null>(null);
  const unit = unitOf(result);
  const series = seriesOf(grouping, result.totals.parts);
  const chart = chartGeometry(rows, series, width, HEIGHT);
  return (
    <section class="panel chart" aria-labelledby="chart-title">
      <div class="panel-head">
        <h3 id="chart-title">Energy per layer</h3>
        <GroupingSwitch grouping={grouping} onGrouping={props.onGrouping} />
      </div>
      <Legend series={series} parts={result.totals.parts} grouping={grouping} />
      <div class="frame" ref={frame}>
        <svg
          role="img"
          width={width}
          height={HEIGHT}
          aria-labelledby="chart-name"
          aria-describedby="chart-finding"
          onMouseLeave={() => setHovered(null)}
        >
          <title id="chart-name">{`Energy of each of the ${rows.length} layers in ${unit}`}</title>
          <desc id="chart-finding">{`${finding(result)} The table below has the numbers.`}</desc>
          <Patterns />
          <Axis chart={chart} unit={unit} />
          {chart.bars.map((bar) => (
            <ChartBar
              key={bar.row.index}
              bar={bar}
              top={chart.plot.top}
              bottom={chart.plot.bottom}
              marked={bar.row.index === selected}
              onSelect={onSelect}
              onHover={setHovered}
            />
          ))}
        </svg>
        {hovered !== null && (
          <ChartTooltip bar={hovered} series={series} unit={unit} width={width} />
        )}
      </div>
    </section>
  );
}

function GroupingSwitch(props: { grouping: Grouping; onGrouping: (to: Grouping) => void }) {
  const options = [
    ["tensor", "data type"],
    ["level", "memory level"],
  ] as const;
  return (
    <fieldset class="switch">
      <legend>Stacked by</legend>
      {options.map(([id, label]) => (
        <label key={id}>
          <input
            type="radio"
            name="grouping"
            checked={props.grouping === id}
            onChange={() => props.onGrouping(id)}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Axis({ chart, unit }: { chart: ReturnType<typeof chartGeometry>; unit: EnergyUnit }) {
  const { left, right, bottom } = chart.plot;
  return (
    <g class="axis">
      {chart.ticks.map(({ y, value }) => (
        <g key={value}>
          <line x1={left} x2={right} y1={Math.round(y) + 0.5} y2={Math.round(y) + 0.5} />
          <text class="tick" x={left - 6} y={y} dy="0.32em">
            {value === 0 ? `0 ${unit}` : tick(value)}
          </text>
        </g>
      ))}
      {chart.labels.map(({ x, text }) => (
        <text
          key={x}
          class={chart.slanted ? "label slanted" : "label"}
          x={x}
          y={bottom + 14}
          {...(chart.slanted ? { transform: `rotate(-38 ${x} ${bottom + 10})` } : {})}
        >
          {text}
        </text>
      ))}
    </g>
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
  const around = Math.min(10, Math.max(2, (bar.step - bar.width) / 2));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the table's buttons do it by keyboard
    <g class="bar-group" onClick={() => onSelect(bar.row.index)} onMouseEnter={() => onHover(bar)}>
      <rect class="strip" x={bar.left} y={top} width={bar.step} height={bottom - top} />
      <rect
        class={marked ? "mark marked" : "mark"}
        x={bar.x - around}
        y={top}
        width={bar.width + 2 * around}
        height={bottom - top}
      />
      {bar.segments.map(({ series, y, height }) => (
        <g key={series}>
          <rect class={`fill-${series}`} x={bar.x} y={y} width={bar.width} height={height} />
          {patterned && hasPattern(series) && (
            <rect
              x={bar.x}
              y={y}
              width={bar.width}
              height={height}
              fill={`url(#pattern-${series})`}
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
