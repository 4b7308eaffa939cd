/** Where everything of the energy chart goes, in pixels: a pure function of the rows and a size. */
import type { Series } from "./cost.ts";
import type { Row } from "./rows.ts";
import { axisTo, bands } from "./scales.ts";

export interface Segment {
  readonly series: string;
  readonly paint: string;
  readonly y: number;
  readonly height: number;
}

export interface Bar {
  readonly row: Row;
  readonly x: number;
  readonly width: number;
  /** Top of the whole bar. */
  readonly y: number;
  /** Left end and width of the strip that answers to the mouse: the bar with the space around it. */
  readonly left: number;
  readonly step: number;
  /** From the bottom up; parts of no height are left out. */
  readonly segments: readonly Segment[];
  /** Between what the cost lies; null where nobody knows. */
  readonly whisker: Whisker | null;
}

export interface Whisker {
  readonly x: number;
  /** Half the width of the strokes at its ends. */
  readonly half: number;
  readonly top: number;
  readonly bottom: number;
  /** Whether it goes on above the plot. */
  readonly cut: boolean;
}

export interface AxisLabel {
  readonly x: number;
  readonly text: string;
}

export interface ChartGeometry {
  readonly width: number;
  readonly height: number;
  readonly plot: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
  readonly bars: readonly Bar[];
  readonly ticks: readonly { readonly y: number; readonly value: number }[];
  readonly labels: readonly AxisLabel[];
  readonly slanted: boolean;
}

const TOP = 10;
const LEFT = 52;
const RIGHT = 14;
const LEVEL_LABELS = 22;
const SLANTED_LABELS = 64;
/** A name needs this much of the axis when it lies flat, and this much when it is slanted. */
const FLAT_STEP = 62;
const SLANTED_STEP = 17;
const CHARACTER = 6.4;
const WIDEST_BAR = 72;
/** A whisker reaches this far above the highest bar; longer ones are cut. */
const MOST_ABOVE = 1.6;
/** What a bar of which a part is below zero is drawn as: one piece. */
const UNDIVIDED = "other";
/** What numbered labels are multiples of. */
const ROUND = Array.from(
  { length: 20 },
  (_, i) => ([1, 2, 5][i % 3] ?? 1) * 10 ** Math.floor(i / 3),
);

export function chartGeometry(
  rows: readonly Row[],
  series: readonly Series[],
  width: number,
  height: number,
): ChartGeometry {
  const step = (width - LEFT - RIGHT) / Math.max(1, rows.length);
  const fits = ({ layer }: Row) => layer.name.length * CHARACTER <= step - 4;
  const flat = step >= FLAT_STEP && rows.every(fits);
  const slanted = !flat && step >= SLANTED_STEP;
  const bottom = height - (slanted ? SLANTED_LABELS : LEVEL_LABELS);
  const plot = { left: LEFT, right: width - RIGHT, top: TOP, bottom };
  const between = step >= 8 ? 0.22 : step >= 3 ? 0.12 : 0;
  const x = bands(rows.length, [plot.left, plot.right], between, 0.1);
  const largest = rows.reduce((most, row) => Math.max(most, row.cost ?? 0), 0);
  const reach = rows.reduce((most, { ends }) => Math.max(most, ends?.[1] ?? 0), largest);
  const top = Math.min(reach, MOST_ABOVE * largest);
  const axis = axisTo(top > 0 ? top : 1, 5);
  const y = (value: number) => plot.bottom - (value / axis.top) * (plot.bottom - plot.top);
  const barWidth = Math.min(x.width, WIDEST_BAR);
  const paints = new Map(series.map(({ id, paint }) => [id, paint]));
  const bars = stacked(rows, series).map(({ row, ends }, place): Bar => {
    const start = x.at(place) + (x.width - barWidth) / 2;
    const segments = ends
      .map(({ id, from, to }) => ({
        series: id,
        paint: paints.get(id) ?? id,
        y: y(to),
        height: y(from) - y(to),
      }))
      .filter((segment) => segment.height > 0);
    const left = x.at(place) - (x.step - x.width) / 2;
    return {
      row,
      x: start,
      width: barWidth,
      y: y(row.cost ?? 0),
      left,
      step: x.step,
      segments,
      whisker: whiskerOf(row, start + barWidth / 2, barWidth),
    };
  });
  function whiskerOf({ ends }: Row, x: number, width: number): Whisker | null {
    if (ends === null) return null;
    const cut = y(ends[1]) < plot.top;
    const half = Math.min(4, width / 2);
    return { x, half, top: Math.max(plot.top, y(ends[1])), bottom: y(ends[0]), cut };
  }
  const ticks = axis.ticks.map((value) => ({ y: y(value), value }));
  const labels = flat || slanted ? namedLabels(bars) : numberedLabels(bars, step);
  return { width, height, plot, bars, ticks, labels, slanted };
}

/** A whisker as an SVG path: a stroke with ends, or an arrow where it is cut. */
export function whiskerPath({ x, half, top, bottom, cut }: Whisker): string {
  const [middle, upper, lower] = [x, top, bottom].map((at) => Math.round(at * 100) / 100);
  const end = cut
    ? `m${-half} ${half}l${half} ${-half}l${half} ${half}`
    : `m${-half} 0h${2 * half}`;
  return `M${middle} ${lower}V${upper}${end}M${(middle ?? 0) - half} ${lower}h${2 * half}`;
}

function stacked(rows: readonly Row[], series: readonly Series[]) {
  const keys = series.map(({ id }) => id);
  return rows.map((row) => {
    const pieces = Object.values(row.parts).some((part) => part < 0)
      ? [{ id: UNDIVIDED, height: row.cost ?? 0 }]
      : keys.map((id) => ({ id, height: row.parts[id] ?? 0 }));
    let from = 0;
    const ends = pieces.map(({ id, height }) => {
      const start = from;
      from += height;
      return { id, from: start, to: from };
    });
    return { row, ends };
  });
}

function namedLabels(bars: readonly Bar[]): readonly AxisLabel[] {
  return bars.map((bar) => ({ x: bar.x + bar.width / 2, text: shortened(bar.row.layer.name) }));
}

/** Numbers of layers at round places, where names have no room. */
function numberedLabels(bars: readonly Bar[], step: number): readonly AxisLabel[] {
  const every = ROUND.find((n) => n * step >= 28) ?? Number.POSITIVE_INFINITY;
  return bars
    .filter((bar) => (bar.row.index + 1) % every === 0)
    .map((bar) => ({ x: bar.x + bar.width / 2, text: String(bar.row.index + 1) }));
}

/** The end of a long name: what tells layers apart is mostly there. */
export function shortened(name: string, most = 12): string {
  return name.length <= most ? name : `…${name.slice(1 - most)}`;
}
