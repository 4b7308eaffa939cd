/** Proxies against energy: places, ties, the sentence. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { proxyColumns, proxyFinding } from "../../web/lib/proxies.ts";
import type { Result } from "../../web/lib/result.ts";
import { resultOf, simpleLayer } from "./fixtures/breakdown.ts";

const COSTS = { per_mac: 1, per_weight: 200, unit: "MACe", source: "a table" };
const alike = (kendall: number) => ({ spearman: kendall, kendall, n: 4 });

function result(): Result {
  const layers = [
    { ...simpleLayer("a", 1, 1), macs: 10, parameters: 5, bytes: 3, time_s: null },
    { ...simpleLayer("b", 1, 2), macs: 40, parameters: 5, bytes: 4, time_s: null },
    { ...simpleLayer("c", 1, 3), macs: 30, parameters: 5, bytes: 5, time_s: null },
    { ...simpleLayer("d", 1, 4), macs: 20, parameters: 9, bytes: 6, time_s: null },
  ];
  const proxies = {
    parameters: alike(0.6),
    macs: alike(-0.2),
    bytes: alike(1),
    time_s: null,
    macs_and_weights: alike(0.7),
    costs: COSTS,
  };
  return { ...resultOf(layers), proxies };
}

const column = (id: string) => {
  const found = proxyColumns(result()).find((one) => one.id === id);
  assert.ok(found);
  return found;
};

test("layers have a place by the proxy and one by energy; equals share theirs", () => {
  assert.deepEqual(
    column("macs").places.map(({ place, energyPlace }) => [place, energyPlace]),
    [
      [4, 4],
      [1, 3],
      [2, 2],
      [3, 1],
    ],
  );
  assert.deepEqual(
    column("parameters").places.map(({ place }) => place),
    [3, 3, 3, 1],
  );
});

test("a proxy of which nothing is known has no places", () => {
  assert.deepEqual(column("time_s").places, []);
  assert.equal(column("time_s").first, null);
});

test("MACs and weights count each at its cost", () => {
  assert.equal(column("macs_and_weights").places[3]?.value, 20 + 200 * 9);
});

test("the finding names the proxy that misleads most, with the layer that it gets most wrong", () => {
  assert.match(proxyFinding(proxyColumns(result())), /^MACs mislead most here \(τ -0\.20\), bytes/);
  assert.match(proxyFinding(proxyColumns(result())), / MACs put b at place 1, energy at 3 of 4\.$/);
});

test("a place that layers share is said to be shared", () => {
  const [column] = proxyColumns(result());
  assert(column !== undefined);
  const places = column.places.map((one) => ({ ...one, place: 2.5, energyPlace: one.index + 1 }));
  const agreement = { spearman: 0, kendall: 0, n: 4 };
  const tied = { ...column, label: "Time", agreement, places, misplaced: places[0] ?? null };
  const said = proxyFinding([tied]);
  assert.match(said, /^Time misleads most/);
  assert.match(
    said,
    / Time puts \S+ at place 2\.5 \(the mean of 4 that tie\), energy at 1 of 4\.$/,
  );
});

test("a result without proxies has none", () => {
  const { proxies: _, ...without } = result();
  assert.deepEqual(proxyColumns(without as Result), []);
  assert.match(proxyFinding([]), /^Too few layers/);
});
