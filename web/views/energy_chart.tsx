import { useMemo, useState } from "preact/hooks";
import { type Bar, type ChartGeometry, chartGeometry, whiskerPath } from "../lib/chart_geometry.ts";
import {
  type CostUnit,
  costWord,
  type Grouping,
  resultSeries,
  totalParts,
  unitOf,
} from "../lib/cost.ts";
import { type DenseChart, denseChart } from "../lib/dense_chart.ts";
import { finding } from "../lib/finding.ts";
import { tick } from "../lib/format.ts";
import { isMapped, type Result } from "../lib/result.ts";
import type { Row } from "../lib/rows.ts";
import { ChartAreas } from "./chart_areas.tsx";
import { ChartBars } from "./chart_bars.tsx";
import { ChartTooltip } from "./chart_tooltip.tsx";
import { Legend } from "./legend.tsx";
import { memo } from "./memo.ts";
import { Patterns } from "./patterns.tsx";
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

/** Energy (or time) per layer, stacked; drawn from the rows of the table, which says the same in words. */
export const EnergyChart = memo((props: Props) => {
  const { result, rows, grouping, selected, onSelect } = props;
  const [frame, width] = useWidth(640);
  const [hovered, setHovered] = useState<Bar | null>(null);
  const unit = unitOf(result);
  const word = costWord(unit) === "time" ? "Time" : "Energy";
  const { series, chart, dense } = useMemo(() => {
    const series = resultSeries(result, grouping);
    const chart = chartGeometry(rows, series, width, HEIGHT);
    return { series, chart, dense: denseChart(chart.bars) };
  }, [result, rows, grouping, width]);
  // A bar of rows that are no longer there is not pointed at.
  const pointed = hovered !== null && rows[hovered.row.index] === hovered.row ? hovered : null;
  const bars = { chart, selected, onSelect, onHover: setHovered };
  return (
    <section class="panel chart" aria-labelledby="chart-title">
      <div class="panel-head">
        <h3 id="chart-title">{word} per layer</h3>
        {isMapped(result.platform) && (
          <GroupingSwitch grouping={grouping} onGrouping={props.onGrouping} />
        )}
      </div>
      <Legend series={series} parts={totalParts(result)} grouping={grouping} />
      <div class="frame" ref={frame}>
        <svg
          role="img"
          width={width}
          height={HEIGHT}
          aria-labelledby="chart-name"
          aria-describedby="chart-finding"
          onMouseLeave={() => setHovered(null)}
        >
          <title id="chart-name">{`${word} of each of the ${rows.length} layers in ${unit}`}</title>
          <desc id="chart-finding">{`${finding(result)} The table below has the numbers.`}</desc>
          <Patterns />
          <Axis chart={chart} unit={unit} />
          {dense === null ? (
            <>
              <ChartBars {...bars} />
              <Whiskers chart={chart} />
            </>
          ) : (
            <ChartAreas {...bars} dense={dense} hovered={pointed} />
          )}
        </svg>
        {pointed !== null && (
          <ChartTooltip bar={pointed} series={series} unit={unit} width={width} />
        )}
      </div>
      {dense !== null && dense.sharing > 1 && <Sharing dense={dense} />}
      <AboutWhiskers chart={chart} drawn={dense === null} level={levelOf(result)} />
    </section>
  );
});

/** What is drawn where there are more layers than pixels. */
function Sharing({ dense }: { dense: DenseChart }) {
  const most = Math.ceil(dense.sharing);
  return (
    <p class="hint">
      There are more layers than pixels: of up to {most} layers in each, the costliest is drawn.
    </p>
  );
}

/** Between what each bar's height lies. */
function Whiskers({ chart }: { chart: ChartGeometry }) {
  return (
    <g class="whiskers">
      {chart.bars.map(({ row, whisker }) =>
        whisker === null ? null : <path key={row.index} d={whiskerPath(whisker)} />,
      )}
    </g>
  );
}

function AboutWhiskers(props: { chart: ChartGeometry; drawn: boolean; level: number }) {
  const whiskers = props.chart.bars.flatMap(({ whisker }) => whisker ?? []);
  if (whiskers.length === 0) return null;
  const level = `${Math.round(100 * props.level)}\u00a0%`;
  if (!props.drawn) return <p class="hint">The table has the {level} intervals.</p>;
  return (
    <p class="hint">
      Whiskers: {level} intervals.
      {whiskers.some(({ cut }) => cut) &&
        " Those with an arrow go on above; the table has their ends."}
      {whiskers.length < props.chart.bars.length && " Where there is none, none is known."}
    </p>
  );
}

function levelOf({ layers }: Result): number {
  return layers.find(({ interval }) => interval != null)?.interval?.level ?? 0.8;
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

function Axis({ chart, unit }: { chart: ChartGeometry; unit: CostUnit }) {
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
