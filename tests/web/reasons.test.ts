import assert from "node:assert/strict";
import { test } from "node:test";
import {
  boundsOf,
  boundText,
  macFormula,
  mainReason,
  proofText,
  rankOf,
  tileRows,
} from "../../web/lib/reasons.ts";
import type { Mapping } from "../../web/lib/result.ts";
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
  const still = layerOf("still", { static: { static: 3 }, weight: { dram: 1 } });
  assert.match(mainReason(still, result), /^75\u00a0% of it is static power, drawn /);
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

const MAPPING: Mapping = {
  dataflow: "row_stationary",
  objective: "energy",
  tiles: { global_buffer: { m: 96, p: 7, q: 55, r: 11 }, register_file: { m: 16 } },
  kept: { global_buffer: ["ifmap", "ofmap"], register_file: ["weight", "ifmap", "ofmap"] },
  unrolled: [
    { axis: "rows", pes: 12, factors: { r: 11 } },
    { axis: "columns", pes: 14, factors: { p: 7, m: 2 } },
  ],
  nest: ["for m0 in 0 : 96 by 16  [DRAM: ofmap channels]", "ofmap[m] += weight[m] x ifmap[]"],
  active_pes: 154,
  pes: 168,
  cycles: 100,
  delay: { cycles: 120, bound: "dram", by: { compute: 100, dram: 120 } },
  utilisation: 0.9,
  looked_at: 5,
  gap: 0,
};

test("tiles are rows by loop, with the PEs side by side", () => {
  assert.deepEqual(
    tileRows(MAPPING).map(({ loop, tiles, spatial }) => [loop, ...tiles, spatial]),
    [
      ["m", 96, 16, "2 columns"],
      ["p", 7, 1, "7 columns"],
      ["q", 55, 1, ""],
      ["r", 11, 1, "11 rows"],
    ],
  );
});

test("what takes the time, and whether the mapping is proven, is said in words", () => {
  const { platform } = resultOf([simpleLayer("a", 1, 1)]);
  assert.equal(boundText(MAPPING, platform), "the bandwidth of the DRAM takes longest");
  const busy = { cycles: 100, bound: "compute", by: { compute: 100 } };
  assert.equal(boundText({ ...MAPPING, delay: busy }, platform), "computing takes longest");
  assert.equal(boundText({ ...MAPPING, delay: null }, platform), "");
  assert.match(proofText(MAPPING), /^No mapping of the dataflow costs less: 5 looked at/);
  assert.match(proofText({ ...MAPPING, gap: 0.125 }), /up to 12\.5\s% less/);
  assert.match(proofText({ ...MAPPING, objective: "delay" }), /^No mapping .* takes less time: 5/);
  assert.match(
    proofText({ ...MAPPING, objective: "energy_delay", gap: 0.125 }),
    /have up to 12\.5\s% less energy × delay, none/,
  );
  assert.equal(proofText({ ...MAPPING, gap: null }), "");
  assert.match(proofText({ ...MAPPING, gap: null, held: true }), /^Found for other choices/);
});
