/** A chart of very many layers: one area for each series, and the layer at a place found by it. */
import type { Bar } from "./chart_geometry.ts";

/** Bars that stand closer than this, in pixels, are drawn together. */
const CLOSEST_BARS = 3;

export interface Area {
  readonly series: string;
  readonly paint: string;
  /** The parts of all bars that belong to the series, as an SVG path. */
  readonly path: string;
}

export interface DenseChart {
  /** From left to right, each as far from the next: the bars, or the costliest of each pixel. */
  readonly bars: readonly Bar[];
  readonly areas: readonly Area[];
  /** How many layers share a pixel; 1 where each has its own. */
  readonly sharing: number;
}

/** The bars drawn together; null where there is room to draw each by itself. */
export function denseChart(bars: readonly Bar[]): DenseChart | null {
  const step = bars[0]?.step ?? CLOSEST_BARS;
  if (step >= CLOSEST_BARS) return null;
  const drawn = step < 1 ? costliestOfPixels(bars) : bars;
  return { bars: drawn, areas: areasOf(drawn), sharing: Math.max(1, 1 / step) };
}

/** The bar at a place on the chart, or the nearest one. */
export function barAt({ bars }: { readonly bars: readonly Bar[] }, x: number): Bar | undefined {
  const [first] = bars;
  if (first === undefined) return undefined;
  const place = Math.floor((x - first.left) / first.step);
  return bars[Math.min(bars.length - 1, Math.max(0, place))];
}

/** Of the bars whose middle lies in a pixel the highest, as wide as the pixel. */
function costliestOfPixels(bars: readonly Bar[]): readonly Bar[] {
  const pixels = new Map<number, Bar>();
  for (const bar of bars) {
    const pixel = Math.floor(bar.x + bar.width / 2);
    const highest = pixels.get(pixel);
    if (highest === undefined || bar.y < highest.y) pixels.set(pixel, bar);
  }
  return [...pixels].map(([x, bar]) => ({ ...bar, x, width: 1, left: x, step: 1 }));
}

function areasOf(bars: readonly Bar[]): readonly Area[] {
  const paths = new Map<string, string[]>();
  const paints = new Map<string, string>();
  for (const bar of bars) {
    const left = rounded(bar.x);
    const right = rounded(bar.x + bar.width);
    for (const { series, paint, y, height } of bar.segments) {
      paints.set(series, paint);
      const path = paths.get(series) ?? [];
      paths.set(series, path);
      path.push(`M${left} ${rounded(y)}H${right}V${rounded(y + height)}H${left}Z`);
    }
  }
  return [...paths].map(([series, path]) => ({
    series,
    paint: paints.get(series) ?? series,
    path: path.join(""),
  }));
}

function rounded(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}
