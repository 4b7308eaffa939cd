/** The scales of the chart's axes. */

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
  [start, end]: readonly [number, number],
  inner: number,
  outer: number,
): Bands {
  const step = (end - start) / Math.max(1, count - inner + 2 * outer);
  const first = start + (end - start - step * (count - inner)) / 2;
  return { step, width: step * (1 - inner), at: (place) => first + place * step };
}

export interface Axis {
  /** The end of the axis: a round number. */
  readonly top: number;
  readonly ticks: readonly number[];
}

/** An axis from 0 to at least `most`, with about `count` ticks at multiples of 1, 2 or 5. */
export function axisTo(most: number, count: number): Axis {
  let step = roundStep(most / count);
  // A longer axis may have longer steps; they only grow, so that this ends.
  for (;;) {
    const next = roundStep((Math.ceil(most / step) * step) / count);
    if (!(next > step)) break;
    step = next;
  }
  const steps = Math.ceil(most / step - 1e-9);
  const ticks = Array.from({ length: steps + 1 }, (_, place) => exact(place * step));
  return { top: ticks[steps] ?? most, ticks };
}

/** The multiple of a power of ten, 1, 2, 5 or 10 times, that is nearest in proportion. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const times = rough / power;
  const round =
    times >= Math.sqrt(50) ? 10 : times >= Math.sqrt(10) ? 5 : times >= Math.SQRT2 ? 2 : 1;
  return exact(round * power);
}

/** Without what binary fractions add: 0.30000000000000004 is 0.3. */
function exact(value: number): number {
  return Number(value.toPrecision(12));
}
