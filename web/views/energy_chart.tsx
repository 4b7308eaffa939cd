import { useMemo } from "preact/hooks";
import { type ChartGeometry, chartGeometry, whiskerPath } from "../lib/chart_geometry.ts";
import { type CostUnit, costWord, unitOf } from "../lib/cost.ts";
import { barAt, type DenseChart, denseChart } from "../lib/dense_chart.ts";
import { finding } from "../lib/finding.ts";
import { tick } from "../lib/format.ts";
import type { Result } from "../lib/result.ts";
import { ChartAreas } from "./chart_areas.tsx";
import { BarMarks, ChartBars } from "./chart_bars.tsx";
import { Frame, type PictureProps, usePointed } from "./pictures/frame.tsx";
import { useWidth } from "./use_width.ts";

const HEIGHT = 268;

/** Energy (or time) per layer, stacked; drawn from the rows of the table, which says the same in words. */
export function EnergyChart(props: PictureProps) {
  const { result, rows, series, selected } = props;
  const [frame, width] = useWidth(640);
  const pointed = usePointed(props.pointing);
  const unit = unitOf(result);
  const { chart, dense } = useMemo(() => {
    const chart = chartGeometry(rows, series, width, HEIGHT);
    return { chart, dense: denseChart(chart.bars) };
  }, [rows, series, width]);
  return (
    <>
      <Frame
        {...props}
        frame={frame}
        width={width}
        height={HEIGHT}
        title={`${costWord(unit) === "time" ? "Time" : "Energy"} of each of the ${rows.length} layers in ${unit}`}
        says={finding(result)}
        at={(x) => barAt(dense ?? chart, x)?.row.index ?? null}
        ends={(index) => endsOf(chart, index)}
      >
        <BarMarks chart={chart} bars={chart.bars} selected={selected} pointed={pointed} />
        <Axis chart={chart} unit={unit} />
        {dense === null ? (
          <>
            <ChartBars chart={chart} />
            <Whiskers chart={chart} />
          </>
        ) : (
          <ChartAreas dense={dense} />
        )}
      </Frame>
      {dense !== null && dense.sharing > 1 && <Sharing dense={dense} />}
      <AboutWhiskers chart={chart} drawn={dense === null} level={levelOf(result)} />
    </>
  );
}

/** The strip of a layer. */
export function endsOf({ bars }: ChartGeometry, index: number): readonly [number, number] | null {
  const bar = bars[index];
  return bar === undefined ? null : [bar.left, bar.left + bar.step];
}

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

function Axis({ chart, unit }: { chart: ChartGeometry; unit: CostUnit }) {
  const ticks = chart.ticks.map(({ y, value }) => ({
    y,
    text: value === 0 ? `0 ${unit}` : tick(value),
  }));
  return <LayerAxis chart={chart} ticks={ticks} />;
}

/** The layers along the bottom, and levels along the side. */
export function LayerAxis(props: {
  chart: ChartGeometry;
  ticks: readonly { readonly y: number; readonly text: string }[];
}) {
  const { chart } = props;
  const { left, right, bottom } = chart.plot;
  return (
    <g class="axis">
      {props.ticks.map(({ y, text }) => (
        <g key={text}>
          <line x1={left} x2={right} y1={Math.round(y) + 0.5} y2={Math.round(y) + 0.5} />
          <text class="tick" x={left - 6} y={y} dy="0.32em">
            {text}
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
