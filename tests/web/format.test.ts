import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ends,
  forExport,
  inFull,
  quantity,
  share,
  short,
  tick,
  times,
  writeFor,
  written,
} from "../../web/lib/format.ts";
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

test("numbers are the reader's, digits Latin, and those of an export have a point", () => {
  const text = "conv1,2, conv-1,2 and fc 1,500,3: 1,234 kJ (61,3\u00a0%). Size 3, 7.";
  const numbers = () => [
    quantity(1234, "J"),
    share(0.613),
    tick(1_500_000_000),
    times(9.84),
    inFull(10.125),
    short(1.19, 3),
    ends([0.0257, 0.2901], "s"),
  ];
  const pointed = numbers();
  assert.equal(forExport(text), text);
  try {
    writeFor("de");
    assert.deepEqual(numbers(), [
      "1,234 kJ",
      "61,3\u00a0%",
      "1,5 G",
      "9,8 times",
      "10,125",
      "1,19",
      "25,7 – 290 ms",
    ]);
    assert.deepEqual(numbers().map(forExport), pointed);
    // Names and lists stay as they are.
    const exported = "conv1,2, conv-1,2 and fc 1,500,3: 1.234 kJ (61.3\u00a0%). Size 3, 7.";
    assert.equal(forExport(text), exported);
    for (const [value, unit, said] of vectors as [number | null, string, string][])
      assert.equal(forExport(quantity(value, unit)), said);
    writeFor("ar-EG");
    assert.equal(share(0.613), "61.3\u00a0%");
  } finally {
    writeFor("en");
  }
  assert.deepEqual(numbers(), pointed);
});
