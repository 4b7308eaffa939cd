/** A small curve: where its points are. */
import { axisTo } from "./scales.ts";

export interface LinePoint {
  /** Along the way from the first point to the last, 0 to 1. */
  readonly along: number;
  /** null leaves a gap. */
  readonly value: number | null;
}

export const PLOT = { start: 58, end: 14, top: 10, bottom: 24 } as const;

export interface Line {
  readonly ticks: readonly { readonly y: number; readonly value: number }[];
  readonly places: readonly { readonly x: number; readonly y: number | null }[];
  /** An SVG path, with gaps where a value is not known. */
  readonly path: string;
}

/** The points in a picture of this size, on an axis from 0. */
export function lineOf(points: readonly LinePoint[], width: number, height: number): Line {
  const { top, ticks } = axisTo(Math.max(0, ...points.map(({ value }) => value ?? 0)) || 1, 4);
  const yOf = (value: number) =>
    height - PLOT.bottom - ((height - PLOT.top - PLOT.bottom) * value) / top;
  const places = points.map(({ along, value }) => ({
    x: PLOT.start + (width - PLOT.start - PLOT.end) * along,
    y: value === null ? null : yOf(value),
  }));
  let [path, pen] = ["", "M"];
  for (const { x, y } of places) {
    if (y !== null) path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = y === null ? "M" : "L";
  }
  return { ticks: ticks.map((value) => ({ value, y: yOf(value) })), places, path };
}
