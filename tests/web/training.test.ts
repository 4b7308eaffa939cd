import assert from "node:assert/strict";
import { test } from "node:test";
import { extentOf } from "../../web/lib/cost.ts";
import type { Result } from "../../web/lib/result.ts";
import { atLarge } from "../../web/lib/training.ts";

test("long times have days and years, large energies kilowatt-hours", () => {
  // ImageNet, 90 epochs: 96.09 Ms and 9.273 MJ, by hand.
  assert.equal(atLarge(96.09e6, "s"), "3.05 years");
  assert.equal(atLarge(1.068e6, "s"), "12.4 days");
  assert.equal(atLarge(9000, "s"), "2.5 hours");
  assert.equal(atLarge(60, "s"), "");
  assert.equal(atLarge(9.273e6, "J"), "2.58 kWh");
  assert.equal(atLarge(3600, "J"), "");
  assert.equal(atLarge(null, "J"), "");
});

test("totals say of what they are", () => {
  const of = (batch: number, training?: object) =>
    extentOf({ options: { batch }, training } as unknown as Result);
  assert.deepEqual(of(1), ["", "per inference"]);
  assert.deepEqual(of(16), [" of 16 inferences", "per inference"]);
  assert.deepEqual(of(1, {}), [" of a training step", "per image"]);
  assert.deepEqual(of(8, {}), [" of a training step of 8 images", "per image"]);
});
