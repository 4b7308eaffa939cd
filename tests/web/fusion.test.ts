import assert from "node:assert/strict";
import { test } from "node:test";
import { type FusedPair, rankedPairs } from "../../web/lib/fusion.ts";

const pair = (saving_macs: number): FusedPair => ({
  layers: [0, 1],
  names: ["a", "b"],
  level: "buffer",
  map_bytes: 10,
  energy_macs: { apart: 100, fused: 100 - saving_macs },
  saving_macs,
  saving_share: saving_macs / 100,
  best: false,
});

test("the pairs that save most come first, twenty at most", () => {
  const { shown, more } = rankedPairs([3, 9, 5].map(pair));
  assert.deepEqual(
    shown.map(({ saving_macs }) => saving_macs),
    [9, 5, 3],
  );
  assert.equal(more, 0);
  const many = rankedPairs(Array.from({ length: 50 }, (_, i) => pair(i)));
  assert.deepEqual([many.shown.length, many.shown.at(-1)?.saving_macs, many.more], [20, 30, 30]);
});
