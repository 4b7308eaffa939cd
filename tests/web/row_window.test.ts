import assert from "node:assert/strict";
import { test } from "node:test";
import { canBeWhole, firstView, followed, isLong, shownPlaces } from "../../web/lib/row_window.ts";
import { NETWORK_ORDER, type Row, rowsOf, sorted } from "../../web/lib/rows.ts";
import { resultOf, simpleLayer } from "./fixtures/breakdown.ts";

function rowsOfMany(count: number): readonly Row[] {
  const layers = Array.from({ length: count }, (_, i) => simpleLayer(`l${i}`, i + 1, 3));
  return rowsOf(resultOf(layers), "tensor");
}

const rows = rowsOfMany(2697);
const start = firstView(rows, NETWORK_ORDER);

test("a short table is shown whole, a long one from its beginning", () => {
  const short = firstView(rowsOfMany(300), NETWORK_ORDER);
  assert.equal(isLong(short), false);
  assert.deepEqual(shownPlaces(short), { first: 0, end: 300 });
  assert.equal(isLong(start), true);
  assert.deepEqual(shownPlaces(start), { first: 0, end: 200 });
  assert.deepEqual(shownPlaces({ ...start, whole: true }), { first: 0, end: 2697 });
});

test("nothing changes as long as nothing is asked", () => {
  assert.equal(followed(start, rows, NETWORK_ORDER, null), start);
  const sought = { index: 1500, focus: false };
  const there = followed(start, rows, NETWORK_ORDER, sought);
  assert.equal(followed(there, rows, NETWORK_ORDER, sought), there);
});

test("a layer that is sought is brought in, wherever the order has it", () => {
  for (const index of [0, 199, 200, 1500, 2696]) {
    for (const descending of [false, true]) {
      const sorting = { column: "energy", descending } as const;
      const ordered = sorted(rows, sorting);
      const view = followed(start, ordered, sorting, { index, focus: true });
      const { first, end } = shownPlaces(view);
      assert.ok(ordered.slice(first, end).some((row) => row.index === index));
      assert.equal(first % 200, 0);
    }
  }
});

test("the last rows are those that are left", () => {
  const view = followed(start, rows, NETWORK_ORDER, { index: 2696, focus: false });
  assert.deepEqual(shownPlaces(view), { first: 2600, end: 2697 });
});

test("the same layer can be sought again after turning away", () => {
  const there = followed(start, rows, NETWORK_ORDER, { index: 1500, focus: false });
  const away = followed(there, rows, NETWORK_ORDER, { index: 0, focus: true });
  assert.equal(shownPlaces(away).first, 0);
  const back = followed(away, rows, NETWORK_ORDER, { index: 1500, focus: false });
  assert.equal(shownPlaces(back).first, 1400);
});

test("another order begins with its first row; other numbers of the same layers stay in place", () => {
  const there = followed(start, rows, NETWORK_ORDER, { index: 1500, focus: false });
  const sorting = { column: "energy", descending: true } as const;
  const resorted = followed(there, sorted(rows, sorting), sorting, there.sought);
  assert.equal(shownPlaces(resorted).first, 0);
  const recomputed = followed(there, rowsOfMany(2697), NETWORK_ORDER, there.sought);
  assert.equal(shownPlaces(recomputed).first, 1400);
});

test("another model begins with its first row, and in part", () => {
  const there = { ...start, first: 1400, whole: true };
  const other = followed(there, rowsOfMany(3000), NETWORK_ORDER, null);
  assert.deepEqual(shownPlaces(other), { first: 0, end: 200 });
});

test("a layer that is not there changes nothing", () => {
  const there = followed(start, rows, NETWORK_ORDER, { index: 1500, focus: false });
  const view = followed(there, rows, NETWORK_ORDER, { index: 9999, focus: false });
  assert.equal(shownPlaces(view).first, 1400);
});

test("a table that takes seconds to lay out is not offered whole", () => {
  assert.equal(canBeWhole(start), true);
  assert.equal(canBeWhole(firstView(rowsOfMany(3001), NETWORK_ORDER)), false);
});
