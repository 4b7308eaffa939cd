/** Predicted against measured, both on logarithmic axes: a pure function of the points. */
import { quantity } from "./format.ts";
import type { Band, Ends } from "./result.ts";

export interface FitPlot {
  readonly size: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Where predicted is measured, and where 80 % lie, as SVG paths. */
  readonly identity: string;
  readonly band: string;
  /** Dots: strokes of no length, round at their ends. */
  readonly dots: string;
  readonly ticks: readonly { readonly x: number; readonly y: number; readonly text: string }[];
}

const LEFT = 46;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 24;
/** Room around the outermost points, as a factor. */
const AROUND = 1.15;
/** Fewer decades than this have ticks at 2 and 5 too. */
const FEW_DECADES = 1.2;
const MOST_TICKS = 4;

/** The plot of [measured, predicted] pairs; null where there is nothing to show. */
export function fitPlot(
  points: readonly Ends[],
  bands: readonly Band[],
  unit: string,
  size: number,
): FitPlot | null {
  const values = points.flat();
  if (values.length === 0) return null;
  const low = Math.min(...values) / AROUND;
  const high = Math.max(...values) * AROUND;
  const [right, bottom] = [size - RIGHT, size - BOTTOM];
  const place = (value: number) => Math.log(value / low) / Math.log(high / low);
  const x = (value: number) => rounded(LEFT + clamped(place(value)) * (right - LEFT));
  const y = (value: number) => rounded(bottom - clamped(place(value)) * (bottom - TOP));
  return {
    size,
    left: LEFT,
    right,
    top: TOP,
    bottom,
    identity: `M${LEFT} ${bottom}L${right} ${TOP}`,
    band: bandPath(bands, low, high, x, y),
    dots: points.map(([measured, predicted]) => `M${x(measured)} ${y(predicted)}h0`).join(""),
    ticks: ticksBetween(low, high).map((value) => ({
      x: x(value),
      y: y(value),
      text: tickText(value, unit),
    })),
  };
}

/** The band of one ratio everywhere that holds the middle 80 % of the points. */
export function bandOfPoints(points: readonly Ends[], level = 0.8): readonly Band[] {
  const ratios = points.map(([measured, predicted]) => measured / predicted).sort((a, b) => a - b);
  const at = (share: number) => ratios[Math.round(share * (ratios.length - 1))];
  const [low, high] = [at((1 - level) / 2), at((1 + level) / 2)];
  return low === undefined || high === undefined ? [] : [{ up_to_s: null, low, high }];
}

/** Up along the lower ends of measured, and down along the upper ones, step by step. */
function bandPath(
  bands: readonly Band[],
  low: number,
  high: number,
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  const up: string[] = [];
  const down: string[] = [];
  let from = low / 1e3;
  for (const band of bands) {
    const to = Math.min(band.up_to_s ?? Number.POSITIVE_INFINITY, high * 1e3);
    if (to > from && band.low > 0) {
      for (const predicted of within(from, to, low, high, band)) {
        up.push(`${x(predicted * band.low)} ${y(predicted)}`);
        down.push(`${x(predicted * band.high)} ${y(predicted)}`);
      }
    }
    from = Math.max(from, to);
  }
  return up.length === 0 ? "" : `M${[...up, ...down.reverse()].join("L")}Z`;
}

/** The ends of a stretch of predicted values, and where its edges meet those of the plot. */
function within(from: number, to: number, low: number, high: number, band: Band): number[] {
  const corners = [low, high, low / band.low, high / band.low, low / band.high, high / band.high];
  const inside = corners.filter((value) => value > from && value < to);
  return [from, ...inside.sort((a, b) => a - b), to];
}

function ticksBetween(low: number, high: number): readonly number[] {
  const steps = Math.log10(high / low) < FEW_DECADES ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
    for (const step of steps) ticks.push(Number(`${step}e${power}`));
  const inside = ticks.filter((value) => value >= low && value <= high);
  // Many decades have a label at every second or third.
  const every = Math.ceil(inside.length / MOST_TICKS);
  return inside.filter((_, place) => place % every === 0);
}

/** "1 ms", "200 W": without zeros that say nothing. */
function tickText(value: number, unit: string): string {
  return quantity(value, unit).replace(/\.0+(?= )/, "");
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function rounded(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
