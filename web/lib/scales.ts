/** The scales of the chart's axes, d3's. */
import { scaleBand, scaleLinear } from "d3-scale";

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
  const scale = scaleBand<number>()
    .domain(Array.from({ length: count }, (_, place) => place))
    .range(range)
    .paddingInner(inner)
    .paddingOuter(outer);
  return {
    step: scale.step(),
    width: scale.bandwidth(),
    at: (place) => scale(place) ?? range[0],
  };
}

export interface Axis {
  /** The end of the axis: a round number. */
  readonly top: number;
  readonly ticks: readonly number[];
}

/** An axis from 0 to at least `most`, with about `count` ticks at multiples of 1, 2 or 5. */
export function axisTo(most: number, count: number): Axis {
  const scale = scaleLinear().domain([0, most]).nice(count);
  return { top: scale.domain()[1] ?? most, ticks: scale.ticks(count) };
}
