/** The scales of the dials: what a slider's position stands for. */

export interface Scale {
  readonly positions: number;
  /** The value at a position, 0 to `positions`. */
  valueAt(position: number): number;
  /** The position nearest to a value. */
  positionOf(value: number): number;
}

/** 1, 2, 4, … up to 2 to the power of `doublings`. */
export function doubling(doublings: number): Scale {
  return scale(
    doublings,
    (position) => 2 ** position,
    (value) => Math.log2(value),
  );
}

/** Whole numbers from 1 on. */
export function counting(largest: number): Scale {
  return scale(
    largest - 1,
    (position) => position + 1,
    (value) => value - 1,
  );
}

/** Shares in whole percent. */
export const PERCENT: Scale = scale(
  100,
  (position) => position / 100,
  (value) => 100 * value,
);

const OCTAVES = 4;
const STEPS = 4;

/** From a 16th of a memory's own size to 16 times it, four steps to a doubling, in whole banks. */
export function sizes(own_bytes: number, bank_bytes: number | null): Scale {
  return octaves(own_bytes, (bytes) => rounded(bytes, bank_bytes));
}

/** The same around any value, to three significant digits. */
export function around(own: number): Scale {
  return octaves(own, (value) => Number(value.toPrecision(3)));
}

function octaves(own: number, round: (value: number) => number): Scale {
  return scale(
    2 * OCTAVES * STEPS,
    (position) => {
      const steps = position - OCTAVES * STEPS;
      return steps === 0 ? own : round(own * 2 ** (steps / STEPS));
    },
    (value) => OCTAVES * STEPS + STEPS * Math.log2(value / own),
  );
}

/** In banks, or else to seven bits, so that sizes are short to write. */
function rounded(bytes: number, bank_bytes: number | null): number {
  const unit = bank_bytes ?? 2 ** (Math.floor(Math.log2(bytes)) - 6);
  return Math.max(1, Math.round(bytes / Math.max(1, unit))) * Math.max(1, unit);
}

function scale(
  positions: number,
  valueAt: (position: number) => number,
  exact: (value: number) => number,
): Scale {
  return {
    positions,
    valueAt,
    positionOf: (value) => Math.min(positions, Math.max(0, Math.round(exact(value)))),
  };
}
