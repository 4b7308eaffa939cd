import assert from "node:assert/strict";
import { test } from "node:test";
import { inFull, quantity, share, tick, times, written } from "../../web/lib/format.ts";
import vectors from "../vectors/format.json" with { type: "json" };

test("numbers are written as the shared vectors say", () => {
  for (const [value, unit, text] of vectors as [number | null, string, string][]) {
    assert.equal(quantity(value, unit), text, `${value} ${unit}`);
  }
});

test("no number of the page reads NaN or Infinity", () => {
  assert.equal(quantity(Number.NaN, "J"), "unknown");
  assert.equal(quantity(Number.POSITIVE_INFINITY, "J"), "unknown");
  assert.equal(share(Number.NaN), "unknown");
});

test("number and prefixed unit come apart for aligned columns", () => {
  assert.deepEqual(written(724406816, ""), { number: "724.4", unit: "M" });
  assert.deepEqual(written(null, "J"), { number: "unknown", unit: "" });
});

test("shares keep one decimal, and a small one is not rounded to nothing", () => {
  assert.equal(share(0.61349), "61.3\u00a0%");
  assert.equal(share(0.0004), "<0.1\u00a0%");
  assert.equal(share(0), "0.0\u00a0%");
  assert.equal(share(null), "unknown");
});

test("axis ticks drop their trailing zeros, but no others", () => {
  assert.deepEqual([0, 500_000_000, 1_500_000_000, 100, 20_000].map(tick), [
    "0",
    "500 M",
    "1.5 G",
    "100",
    "20 k",
  ]);
});

test("ratios are short and whole numbers can be read in full", () => {
  assert.equal(times(9.84), "9.8 times");
  assert.equal(times(104.4), "104 times");
  assert.equal(inFull(724406816), "724\u202f406\u202f816");
  assert.equal(inFull(10.125), "10.125");
  assert.equal(inFull(null), "unknown");
});
