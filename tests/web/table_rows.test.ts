import assert from "node:assert/strict";
import { test } from "node:test";
import { type BreakdownView, FIRST_VIEW } from "../../web/lib/breakdown_view.ts";
import type { Layer } from "../../web/lib/result.ts";
import { rowsOf } from "../../web/lib/rows.ts";
import { bundleOf, filtered, TOP, tableRows } from "../../web/lib/table_rows.ts";
import { resultOf, simpleLayer } from "./fixtures/breakdown.ts";

const KINDS = ["conv", "dense", "pool", "conv"];
const layers: readonly Layer[] = Array.from({ length: 24 }, (_, i) => ({
  ...simpleLayer(`b${Math.floor(i / 4)}/l${i}`, 1 + ((i * 7) % 24), 3),
  kind: KINDS[i % 4] ?? "",
  op_types: i % 4 === 0 ? ["Conv", "Relu"] : ["Other"],
}));
const rows = rowsOf(resultOf(layers), "tensor");
const shown = (change: Partial<BreakdownView>) => tableRows(rows, { ...FIRST_VIEW, ...change });
const names = (change: Partial<BreakdownView>) =>
  shown(change).entries.map(({ row }) => row.layer.name);

test("without a wish all layers are shown in network order, adding up to the whole", () => {
  const { entries, count, sum } = shown({});
  assert.deepEqual(
    entries.map(({ index }) => index),
    rows.map(({ index }) => index),
  );
  assert.equal(count, 24);
  assert.equal(sum, null);
  assert.ok(Math.abs((entries.at(-1)?.upTo ?? 0) - 1) < 1e-9);
});

test("a filter keeps rows whose name, kind or operators have all of its words", () => {
  assert.deepEqual(names({ filter: "B1/" }), ["b1/l4", "b1/l5", "b1/l6", "b1/l7"]);
  assert.equal(filtered(rows, "fully connected").length, 6);
  assert.equal(filtered(rows, "relu conv").length, 6);
  assert.equal(filtered(rows, "nothing like it").length, 0);
  assert.equal(filtered(rows, "  "), rows);
});

test("what a filter leaves is added up", () => {
  const { sum, count } = shown({ filter: "b1/" });
  assert.equal(count, 4);
  assert.equal(sum?.layer.name, "4 of 24 layers");
  const own = rows.slice(4, 8);
  assert.equal(
    sum?.cost,
    own.reduce((all, { cost }) => all + (cost ?? 0), 0),
  );
  assert.equal(sum?.layer.macs, 400);
  assert.equal(shown({ filter: "nothing like it" }).sum, null);
});

test("the ten costliest stay in the order asked for", () => {
  const { entries } = shown({ top: true });
  assert.equal(entries.length, TOP);
  const least = Math.min(...entries.map(({ row }) => row.cost ?? 0));
  assert.equal(rows.filter(({ cost }) => (cost ?? 0) > least).length, TOP - 1);
  const places = entries.map(({ index }) => index);
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
});

for (const bundling of ["block", "kind"] as const) {
  test(`bundles by ${bundling} add up to their layers, closed and open`, () => {
    const closed = shown({ bundling }).entries;
    assert.equal(closed.length, bundling === "block" ? 6 : 3);
    for (const entry of closed) {
      const key = entry.bundle?.key ?? "";
      const open = shown({ bundling, open: [key] }).entries;
      const inside = open.filter((one) => one.inside);
      const total = inside.reduce((all, { row }) => all + (row.cost ?? 0), 0);
      assert.equal(total, entry.row.cost);
      assert.equal(entry.row.layer.kind, `${inside.length} layers`);
      assert.equal(open.length, closed.length + inside.length);
      for (const { index } of inside) assert.equal(bundleOf(rows, bundling, index), key);
    }
    assert.ok(Math.abs((closed.at(-1)?.upTo ?? 0) - 1) < 1e-9);
  });
}

test("bundles are sorted by their sums, and layers within them", () => {
  const sorting = { column: "energy", descending: true } as const;
  const { entries } = shown({ bundling: "kind", sorting, open: ["Convolution"] });
  const bundles = entries.filter(({ bundle }) => bundle !== null).map(({ row }) => row.cost ?? 0);
  assert.deepEqual(
    bundles,
    [...bundles].sort((a, b) => b - a),
  );
  const inside = entries.filter((one) => one.inside).map(({ row }) => row.cost ?? 0);
  assert.deepEqual(
    inside,
    [...inside].sort((a, b) => b - a),
  );
});

test("of what is unknown of one layer a bundle has no sum", () => {
  const [first, ...others] = layers;
  assert.ok(first !== undefined);
  const unknown = rowsOf(
    resultOf([{ ...first, energy_macs: null, macs: null }, ...others]),
    "tensor",
  );
  const { entries } = tableRows(unknown, { ...FIRST_VIEW, bundling: "block" });
  assert.equal(entries[0]?.row.cost, null);
  assert.equal(entries[0]?.row.layer.macs, null);
  assert.equal(entries[0]?.upTo, null);
  assert.equal(typeof entries[1]?.row.cost, "number");
});
