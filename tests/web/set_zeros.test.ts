import assert from "node:assert/strict";
import { test } from "node:test";
import { meanZeros, withSetZeros } from "../../web/lib/set_zeros.ts";
import { layerOf } from "./fixtures/breakdown.ts";

const MOVED = { computation: { mac: 1 }, weight: { dram: 1 }, ifmap: { dram: 1 } };
const LAYERS = [
  layerOf("conv", MOVED, { macs: 300, zeros: { ifmap: 0.5, weight: 0.2, ofmap: null } }),
  layerOf(
    "pool",
    { ifmap: { dram: 1 } },
    { macs: 0, zeros: { ifmap: null, weight: null, ofmap: null } },
  ),
  layerOf("fc", MOVED, { macs: 100, zeros: { ifmap: 0.1, weight: null, ofmap: 0 } }),
];
const zerosOf = (density: unknown) =>
  (density as { layers: Record<string, Record<string, number | null>> }).layers;

test("zeros are set in every layer that has the tensor, the others stay", () => {
  const { density } = withSetZeros(null, "weight", 0.75, LAYERS);
  assert.deepEqual(zerosOf(density), {
    conv: { ifmap: 0.5, weight: 0.75, ofmap: null },
    pool: { ifmap: null, weight: null, ofmap: null },
    fc: { ifmap: 0.1, weight: 0.75, ofmap: 0 },
  });
});

test("both can be set, and what is used says so", () => {
  const first = withSetZeros(null, "weight", 0.75, LAYERS);
  const both = withSetZeros(first, "activation", 0, LAYERS);
  assert.deepEqual([both.weight, both.activation], [0.75, 0]);
  assert.deepEqual(zerosOf(both.density).conv, { ifmap: 0, weight: 0.75, ofmap: 0 });
  assert.deepEqual(zerosOf(both.density).pool, { ifmap: 0, weight: null, ofmap: 0 });
  assert.match(
    (both.density as { source: string }).source,
    /^Set by hand: 0 % of all activations are zero, 75 % of all weights are zero$/,
  );
});

test("the mean is by MACs; what is not known counts as none", () => {
  assert.equal(meanZeros(LAYERS, "activation"), (300 * 0.5 + 100 * 0.1) / 400);
  assert.equal(meanZeros(LAYERS, "weight"), (300 * 0.2) / 400);
  assert.equal(meanZeros([], "weight"), 0);
});
