import assert from "node:assert/strict";
import { test } from "node:test";
import { counting, doubling, PERCENT, sizes } from "../../web/lib/dials.ts";

const every = (positions: number) => Array.from({ length: positions + 1 }, (_, i) => i);

test("batches double, widths count, shares are whole percent", () => {
  assert.deepEqual(
    every(8).map((position) => doubling(8).valueAt(position)),
    [1, 2, 4, 8, 16, 32, 64, 128, 256],
  );
  assert.deepEqual([counting(16).valueAt(0), counting(16).valueAt(15)], [1, 16]);
  assert.deepEqual([PERCENT.valueAt(0), PERCENT.valueAt(29), PERCENT.valueAt(100)], [0, 0.29, 1]);
});

for (const [what, scale] of [
  ["batches", doubling(8)],
  ["widths", counting(16)],
  ["shares", PERCENT],
  ["sizes", sizes(102_400, null)],
  ["odd sizes", sizes(346_458, null)],
] as const) {
  test(`a slider stands where its value put it: ${what}`, () => {
    for (const position of every(scale.positions)) {
      assert.equal(scale.positionOf(scale.valueAt(position)), position);
    }
  });
}

test("what is between or beyond has the nearest position", () => {
  assert.equal(doubling(8).positionOf(3), 2);
  assert.equal(doubling(8).positionOf(100_000), 8);
  assert.equal(PERCENT.positionOf(0.533), 53);
  assert.equal(counting(16).positionOf(64), 15);
});

test("sizes go from a 16th to 16 times, the file's own in the middle as it is", () => {
  const scale = sizes(346_458, null);
  assert.equal(scale.valueAt(16), 346_458);
  assert.equal(scale.valueAt(0), 21_760, "a 16th, to seven bits");
  assert.equal(scale.positionOf(346_458), 16);
});

test("sizes are whole banks, at least one", () => {
  const scale = sizes(45_056, 8192);
  for (const position of every(scale.positions)) {
    const bytes = scale.valueAt(position);
    assert(bytes >= 8192);
    if (position !== 16) assert.equal(bytes % 8192, 0);
  }
});
