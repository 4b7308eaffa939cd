import assert from "node:assert/strict";
import { test } from "node:test";
import { around } from "../../web/lib/dials.ts";
import { openedLink, openedSample, requestFor } from "../../web/lib/opened.ts";
import { platformFacts } from "../../web/lib/platform_facts.ts";
import { AS_IT_IS, takingBack, type WhatIf } from "../../web/lib/what_if.ts";
import { cleared, filtered, knobsOf } from "../../web/lib/what_if_layers.ts";
import { lineOf, PLOT } from "../../web/lib/what_if_line.ts";
import { costIn, freeDimensions, keyOf, pruned } from "../../web/lib/what_if_scenarios.ts";
import { SAMPLES } from "./fixtures/bench.ts";
import { layerOf, resultOf, simpleLayer } from "./fixtures/breakdown.ts";

const POOL = layerOf("pool", { ifmap: { dram: 3 } }, { kind: "pool", parameters: 0 });
const LAYERS = [simpleLayer("conv1", 1, 2), POOL, simpleLayer("constructor", 4, 0)];
const RESULT = resultOf(LAYERS);
const TIMED = { ...RESULT, platform: { ...RESULT.platform, kind: "measured" } };
const NET = { v: 1, options: {} };

test("a timed platform has no zeros to try out, a layer without weights none of theirs", () => {
  const labels = (result: typeof RESULT) => knobsOf(result).map(({ label }) => label);
  const zeros = ["Zero weights", "Zero activations"];
  assert.deepEqual(labels(RESULT), ["Weight bits", "Activation bits", ...zeros, "Active"]);
  assert.deepEqual(labels(TIMED), ["Weight bits", "Activation bits", "Active"]);
  const own = (name: string) =>
    knobsOf(RESULT).map((knob) => {
      const layer = LAYERS.find((layer) => layer.name === name);
      return layer === undefined ? undefined : knob.own(layer);
    });
  assert.deepEqual(own("conv1"), [16, 16, 0, 0, 1]);
  assert.deepEqual(own("pool"), [null, 16, null, 0, 1]);
});

test("each knob keeps what the others set, and is read where it was set", () => {
  // A name is any text.
  for (const name of ["conv1", "constructor", "__proto__", "toString"]) {
    const values = [4, 8, 0.25, 0.5, 0.75];
    let now: WhatIf = AS_IT_IS;
    knobsOf(RESULT).forEach((knob, at) => {
      assert.equal(knob.set(now, name), undefined, `${name} is not set`);
      now = { ...now, ...knob.with(now, name, values[at] ?? 0) };
    });
    assert.deepEqual(
      knobsOf(RESULT).map((knob) => knob.set(now, name)),
      values,
    );
    assert.deepEqual(JSON.parse(JSON.stringify(now.layer_bits))[name], {
      weight: 4,
      activation: 8,
    });
    assert.equal(knobsOf(RESULT)[0]?.set(now, "other"), undefined);
    const all = { ...now, exits: [{ after: "pool", leave: 0.1 }] };
    assert.deepEqual({ ...all, ...cleared(all, name) }, { ...AS_IT_IS, exits: all.exits });
    assert.deepEqual({ ...all, ...cleared(all) }, { ...AS_IT_IS, exits: all.exits });
  }
});

test("a layer that runs always is not set to", () => {
  const active = knobsOf(RESULT).at(-1);
  const half = active?.with(AS_IT_IS, "pool", 0.5);
  assert.deepEqual(half, { active: { pool: 0.5 } });
  assert.deepEqual(active?.with({ ...AS_IT_IS, ...half }, "pool", 1), { active: {} });
});

test("layers are found by a part of their name, with their shares", () => {
  const found = filtered(RESULT, " CON", "MACe", 10);
  assert.deepEqual(
    found.map(({ layer, index, share }) => [layer.name, index, share]),
    [
      ["conv1", 0, 0.3],
      ["constructor", 2, 0.4],
    ],
  );
  assert.equal(filtered(RESULT, "", "MACe", null)[0]?.share, null);
  assert.deepEqual(filtered(RESULT, "fc", "MACe", 10), []);
});

test("of a link, what is not tried out any more is taken back", () => {
  const options = { array: [8, 16], clock_hz: 1e8, train: "sgd", active: { a: 0.5 } };
  const linked = openedLink({ v: 1, options });
  const of = (opened: typeof linked) => requestFor(opened, { kind: "accelerator" }).options;
  assert.deepEqual(
    [of(linked).array, of(linked).clock_hz, of(linked).train],
    [[8, 16], 1e8, "sgd"],
  );
  const back = { ...linked, choices: { ...linked.choices, whatIf: AS_IT_IS } };
  assert.deepEqual([of(back).array, of(back).clock_hz, of(back).train], [false, false, false]);
  assert.deepEqual([of(back).active, of(back).exits], [{}, []]);
  assert.deepEqual(takingBack({ ...AS_IT_IS, train: "adam" }).train, "adam");
  const sample = openedSample(SAMPLES[1] as (typeof SAMPLES)[number], null);
  assert.equal(of(sample).array, null, "there is nothing to be taken back");
  const timed = requestFor(back, { kind: "measured" }).options;
  assert.deepEqual([timed.array, timed.clock_hz], [null, null], "a timed platform has none");
});

test("pruning takes weights of those that are left", () => {
  const step = { energy_j: null, energy_macs: 1, share: 0.5, saves_j: null, saves_macs: 1 };
  const cost = { energy_j: null, energy_macs: 4 };
  const told = {
    keep: 0.4,
    before: cost,
    steps: [
      { ...step, layer: "a", index: 0, also: ["b"] },
      { ...step, layer: "c", index: 2 },
    ],
    about: "",
    source: "",
  };
  const zeros = { ifmap: null, weight: 0.5, ofmap: null };
  const layers = [{ ...simpleLayer("a", 1, 1), zeros }, simpleLayer("b", 1, 1)];
  const before = { a: { ifmap: 0.1 } };
  assert.deepEqual(pruned(told, 1, layers, before), {
    a: { ifmap: 0.1, weight: 0.8 },
    b: { weight: 0.6 },
  });
  assert.deepEqual(pruned(told, 2, layers, {}).c, { weight: 0.6 });
  assert.deepEqual(pruned(told, 0, layers, before), before);
});

test("a cost is read in the unit shown", () => {
  const cost = { energy_j: 1, energy_macs: 2, time_s: 3 };
  assert.deepEqual([costIn(cost, "J"), costIn(cost, "MACe"), costIn(cost, "s")], [1, 2, 3]);
  assert.equal(costIn({ energy_j: null, energy_macs: 2 }, "s"), null);
  assert.equal(costIn(undefined, "J"), null);
});

test("lengths are free dimensions other than the batch", () => {
  const question = { option: "dims" as const, taken: 1, about: "x" };
  const questions = [
    { ...question, kind: "dimension" as const, name: "batch", follows_batch: true },
    { ...question, kind: "dimension" as const, name: "sequence" },
    { ...question, kind: "size" as const, name: "n" },
  ];
  const found = freeDimensions({ ...RESULT, model: { ...RESULT.model, questions } });
  assert.deepEqual(
    found.map(({ name }) => name),
    ["sequence"],
  );
  assert.deepEqual(freeDimensions(RESULT), []);
});

test("a question is asked anew of another model or other choices, and of nothing else", () => {
  const [one, other] = [openedLink(NET), openedLink(NET)];
  const batched = (batch: number) => ({ ...one, choices: { ...one.choices, batch } });
  assert.equal(keyOf(one), keyOf({ ...one }));
  assert.notEqual(keyOf(one), keyOf(other));
  assert.notEqual(keyOf(batched(2)), keyOf(batched(4)));
  assert.equal(keyOf(batched(2), { batch: 0 }), keyOf(batched(4), { batch: 0 }));
  const fused = { ...one, choices: { ...one.choices, fuse: true } };
  assert.equal(keyOf(one), keyOf(fused), "pairs are no part of any other question");
});

test("a curve spans its picture from 0 up, with gaps where nothing is known", () => {
  const values = [4, null, 2, 1];
  const points = values.map((value, at) => ({ along: at / 3, value }));
  const { places, path, ticks } = lineOf(points, 400, 170);
  assert.deepEqual([places[0]?.x, places[3]?.x], [PLOT.start, 400 - PLOT.end]);
  assert.deepEqual(ticks[0], { value: 0, y: 170 - PLOT.bottom });
  assert.equal(places[1]?.y, null);
  assert.equal(path.match(/M/g)?.length, 2);
  assert.equal(path.match(/L/g)?.length, 1);
  const ys = places.map(({ y }) => y ?? 0);
  assert((ys[0] ?? 0) < (ys[2] ?? 0) && (ys[2] ?? 0) < (ys[3] ?? 0), "less is further down");
  const none = lineOf([{ along: 0, value: null }], 400, 170);
  assert.deepEqual([none.path, none.places[0]?.y], ["", null]);
});

test("a clock goes from a 16th to 16 times its own, in three digits", () => {
  const scale = around(200e6);
  assert.equal(scale.valueAt(16), 200e6);
  assert.deepEqual(
    [scale.valueAt(0), scale.valueAt(17), scale.valueAt(32)],
    [12.5e6, 238e6, 3.2e9],
  );
  for (let at = 0; at <= scale.positions; at += 1) {
    assert.equal(scale.positionOf(scale.valueAt(at)), at);
  }
});

test("axes of an array are told one by one where all have a size", () => {
  const axis = (name: string | null, pes: unknown) => ({ name, pes: { value: pes } });
  const facts = (...axes: object[]) => platformFacts({ array: { axes } });
  const rows = facts(axis("rows", 12), axis(null, 14));
  assert.deepEqual(rows.axes, [
    { name: "rows", pes: 12 },
    { name: "PEs", pes: 14 },
  ]);
  assert.equal(rows.array, "12 × 14 PEs");
  assert.deepEqual([facts(axis("rows", 12), axis("columns", "x")).axes], [[]]);
  assert.equal(facts(axis("rows", "x")).array, null);
  assert.equal(platformFacts({ clock_hz: { value: 2e8 } }).clock_hz, 2e8);
});
