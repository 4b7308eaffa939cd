import assert from "node:assert/strict";
import { test } from "node:test";
import { partSums, seriesOf } from "../../web/lib/cost.ts";
import { NETWORK_ORDER, nextSorting, rowsOf, sorted } from "../../web/lib/rows.ts";
import { layerOf, resultOf, simpleLayer } from "./fixtures/breakdown.ts";

const layers = [
  simpleLayer("conv10", 1, 4),
  simpleLayer("conv9", 2, 8),
  { ...simpleLayer("conv1", 3, 2), energy_macs: null },
  simpleLayer("conv2", 1, 4),
];
const result = resultOf(layers);
const names = (column: Parameters<typeof nextSorting>[1], descending: boolean) =>
  sorted(rowsOf(result, "tensor"), { column, descending }).map(({ layer }) => layer.name);

test("unknown energies come last in both directions, equal ones in network order", () => {
  assert.deepEqual(names("energy", true), ["conv9", "conv10", "conv2", "conv1"]);
  assert.deepEqual(names("energy", false), ["conv10", "conv2", "conv9", "conv1"]);
});

test("names sort as people count", () => {
  assert.deepEqual(names("name", false), ["conv1", "conv2", "conv9", "conv10"]);
});

test("the columns of the stacks sort by their own numbers", () => {
  assert.deepEqual(names("part:computation", true)[0], "conv1");
  assert.deepEqual(names("part:ofmap", true)[0], "conv10");
});

test("sorting does not touch the rows it was given", () => {
  const rows = rowsOf(result, "tensor");
  sorted(rows, { column: "energy", descending: true });
  assert.deepEqual(
    rows.map((row) => row.index),
    [0, 1, 2, 3],
  );
});

test("a first click sorts numbers down and names up, a second one turns round", () => {
  const down = nextSorting(NETWORK_ORDER, "energy");
  assert.deepEqual(down, { column: "energy", descending: true });
  assert.deepEqual(nextSorting(down, "energy"), { column: "energy", descending: false });
  assert.deepEqual(nextSorting(down, "name"), { column: "name", descending: false });
});

test("rows add up to the total, and the parts of a row to the row, in both groupings", () => {
  for (const grouping of ["tensor", "level"] as const) {
    const rows = rowsOf(resultOf([layers[0], layers[1]].filter((l) => l !== undefined)), grouping);
    for (const row of rows) {
      const sum = Object.values(row.parts).reduce((all, value) => all + value, 0);
      assert.equal(sum, row.cost);
    }
    assert.equal(
      rows.reduce((all, row) => all + (row.share ?? 0), 0),
      1,
    );
  }
});

test("a level or tensor that nobody has heard of is shown, not lost", () => {
  const odd = resultOf([layerOf("x", { kv_cache: { flash: 7 } })]);
  assert.equal(seriesOf("tensor", odd.totals.parts).at(-1)?.id, "kv_cache");
  assert.equal(seriesOf("level", odd.totals.parts).at(-1)?.id, "flash");
  assert.deepEqual(partSums(odd.totals.parts, "level"), { flash: 7 });
});

test("an accelerator's own levels are the series, from the inside out, painted by their place", () => {
  const level = (id: string) => ({ id, name: id.toUpperCase(), energy_macs: 1, source: "" });
  const levels = ["ddr", "unified", "accumulators", "array", "cell"].map(level);
  const odd = resultOf([layerOf("x", { weight: { ddr: 7, cell: 1 }, static: { static: 2 } })]);
  const series = seriesOf("level", odd.totals.parts, levels);
  assert.deepEqual(
    series.map(({ id, label, paint }) => [id, label, paint]),
    [
      ["mac", "MAC units", "mac"],
      ["cell", "CELL", "register_file"],
      ["array", "ARRAY", "array"],
      ["accumulators", "ACCUMULATORS", "global_buffer"],
      ["unified", "UNIFIED", "second_buffer"],
      ["ddr", "DDR", "dram"],
      ["static", "Static", "static"],
    ],
  );
});
