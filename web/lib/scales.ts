/** The scales of the chart's axes; their round numbers are d3's. */
import { nice, ticks } from "d3-array";

export interface Bands {
  /** From the beginning of a band to that of the next. */
  readonly step: number;
  readonly width: number;
  /** Where the band at a place begins. */
  at(place: number): number;
}

/** Equal bands side by side; `inner` and `outer` are the room between and around, in steps. */
export function bands(
  count: number,
  range: readonly [number, number],
  inner: number,
  outer: number,
): Bands {
  const [from, to] = range;
  const step = (to - from) / Math.max(1, count - inner + 2 * outer);
  return { step, width: step * (1 - inner), at: (place) => from + step * (outer + place) };
}

export interface Axis {
  /** The end of the axis: a round number. */
  readonly top: number;
  readonly ticks: readonly number[];
}

/** An axis from 0 to at least `most`, with about `count` ticks at multiples of 1, 2 or 5. */
export function axisTo(most: number, count: number): Axis {
  const top = nice(0, most, count)[1];
  return { top, ticks: ticks(0, top, count) };
}
