import assert from "node:assert/strict";
import { test } from "node:test";
import { axisTo, bands } from "../../web/lib/scales.ts";

test("an axis ends at a round number not below what it must hold, with a few round ticks", () => {
  for (let power = -15; power <= 15; power += 1) {
    for (let digits = 1; digits < 10; digits += 0.0137) {
      const most = digits * 10 ** power;
      const { top, ticks } = axisTo(most, 5);
      assert(top >= most * (1 - 1e-9) && top < most * 1.7, `${most}: ${top}`);
      assert(ticks.length >= 3 && ticks.length <= 9, `${most}: ${ticks}`);
      assert.equal(ticks[0], 0);
      assert.equal(ticks[ticks.length - 1], top);
      assert(
        ticks.every((tick) => String(tick.toPrecision(3)) && Number(tick.toPrecision(3)) === tick),
      );
    }
  }
});

test("the axes that charts had", () => {
  assert.deepEqual(axisTo(0.0123, 5).ticks, [0, 0.002, 0.004, 0.006, 0.008, 0.01, 0.012, 0.014]);
  assert.deepEqual(axisTo(1, 5).ticks, [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(axisTo(6.8, 5).ticks, [0, 1, 2, 3, 4, 5, 6, 7]);
});

test("bands fill the range and keep their distance", () => {
  const scale = bands(4, [10, 110], 0.2, 0.1);
  assert.equal(scale.step, 25);
  assert.equal(scale.width, 20);
  assert.equal(scale.at(0), 12.5);
  assert.equal(scale.at(3) + scale.width, 107.5);
});
