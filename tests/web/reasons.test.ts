import assert from "node:assert/strict";
import { test } from "node:test";
import { boundsOf, macFormula, mainReason, rankOf } from "../../web/lib/reasons.ts";
import { layerOf, resultOf, simpleLayer } from "./fixtures/breakdown.ts";

test("the main reason is the largest part of the layer", () => {
  const moving = simpleLayer("fc6", 1, 3);
  const computing = simpleLayer("conv", 3, 1);
  const result = resultOf([moving, computing]);
  assert.equal(
    mainReason(moving, result),
    "75\u00a0% of it is moving weights at the level of the DRAM.",
  );
  assert.equal(mainReason(computing, result), "75\u00a0% of it is computing.");
  assert.equal(mainReason(layerOf("view", {}), result), "It costs nothing.");
});

test("ranks count from the costliest; equals share one; unknown has none", () => {
  const layers = [simpleLayer("a", 1, 1), simpleLayer("b", 2, 2), simpleLayer("c", 1, 1)];
  const unknown = { ...simpleLayer("d", 1, 1), energy_macs: null };
  const result = resultOf([...layers, unknown]);
  assert.deepEqual(
    result.layers.map((layer) => rankOf(layer, result)),
    [2, 1, 2, null],
  );
});

test("loop bounds name what they count, and their product is the MACs", () => {
  const loops = {
    ...{ n: 1, g: 2, m: 128, c: 48, p: 27, q: 27, r: 5, s: 5, h: 27, w: 27 },
    ...{ stride: [1, 1], dilation: [1, 1], padding: [2, 2, 2, 2] },
  };
  const bounds = new Map(boundsOf(loops).map(({ symbol, value }) => [symbol, value]));
  assert.equal(bounds.get("P × Q"), "27 × 27");
  assert.equal(bounds.get("padding"), "2");
  assert.match(macFormula(loops), /1 · 2 · 128 · 48 · 27 · 27 · 5 · 5 = 223\u202f948\u202f800$/);
});
