import assert from "node:assert/strict";
import { test } from "node:test";
import { atFirst, backTo, changesOf, comesTo } from "../../web/lib/changes.ts";
import {
  type Choices,
  type Opened,
  openedLink,
  openedSample,
  requestFor,
} from "../../web/lib/opened.ts";
import { answerOf, DENSITY, pause, SAMPLES, setUp } from "./fixtures/bench.ts";
import { resultOf, simpleLayer } from "./fixtures/breakdown.ts";
import { shownOf } from "./fixtures/shown.ts";
import { timedLayer, timedResult } from "./fixtures/timed.ts";

const [SAMPLE] = SAMPLES;
assert(SAMPLE !== undefined);
const OPENED = openedSample(SAMPLE, DENSITY);
const made = resultOf([simpleLayer("conv", 1, 2)]);
const SHOWN = shownOf({
  ...made,
  platform: {
    ...made.platform,
    objective: "energy",
    dataflows: [
      { id: "rs", name: "Row stationary" },
      { id: "any", name: "Any" },
    ],
  },
});
const choicesOf = (opened: Opened, change: Partial<Choices>) => ({ ...opened.choices, ...change });

test("what is as it was is no change, however it is said", () => {
  assert.deepEqual(changesOf(OPENED, OPENED.choices, SHOWN), []);
  const said = choicesOf(OPENED, { objective: "energy", dataflow: "rs" });
  assert.deepEqual(changesOf(OPENED, said, SHOWN), []);
});

test("switches and selects are changes, each with its way back, and reset takes back all", () => {
  for (const [change, text] of [
    [{ zeros: false }, "zero fractions off"],
    [{ weights: true }, "zeros in the weights counted"],
    [{ objective: "delay" }, "mapped for least delay"],
    [{ objective: "energy_delay" }, "mapped for least energy × delay"],
    [{ dataflow: "any" }, "dataflow Any"],
  ] as const) {
    const choices = choicesOf(OPENED, change);
    const [found, ...others] = changesOf(OPENED, choices, SHOWN);
    assert(found !== undefined && others.length === 0);
    assert.equal(found.text, text);
    assert.deepEqual(changesOf(OPENED, { ...choices, ...found.without }, SHOWN), []);
    assert.deepEqual(changesOf(OPENED, { ...choices, ...atFirst(OPENED) }, SHOWN), []);
  }
});

test("where nothing is known of zeros, none are used at first", () => {
  const unknown = openedSample(SAMPLE, null);
  assert.equal(atFirst(unknown).zeros, false);
  assert.deepEqual(changesOf(unknown, unknown.choices, SHOWN), []);
});

test("on a timed platform what is for accelerators changes nothing", () => {
  const timed = shownOf(timedResult([timedLayer("conv", { data: 1 }, 2)]));
  const choices = choicesOf(OPENED, { zeros: false, objective: "delay", weights: true });
  assert.deepEqual(changesOf(OPENED, choices, timed), []);
});

test("what the changes come to is said against the same model and platform unchanged", () => {
  const with_j = (energy_j: number, batch = 1) => ({
    ...made,
    options: { ...made.options, batch },
    totals: {
      ...made.totals,
      energy_j,
      per_inference: { ...made.totals.per_inference, energy_j: energy_j / batch },
    },
  });
  const plain = { opened: OPENED, result: with_j(20.53e-3) };
  const bits = { ...OPENED, choices: choicesOf(OPENED, { bits: { weight: 8, activation: 8 } }) };
  assert.equal(comesTo(plain, bits, with_j(11.96e-3)), "20.53 mJ → 11.96 mJ, −41.7 %");
  assert.equal(comesTo(plain, bits, with_j(24.636e-3)), "20.53 mJ → 24.64 mJ, +20 %");
  assert.equal(comesTo(plain, bits, with_j(20.53e-3)), "20.53 mJ as before");
  const batched = "20.53 mJ → 10.00 mJ, −51.3 % per inference";
  assert.equal(comesTo(plain, bits, with_j(40e-3, 4)), batched);
  assert.equal(comesTo(null, bits, with_j(1)), "");
  assert.equal(comesTo(plain, bits, made), "", "not in the same unit");
  const platform = { ...OPENED.choices.platform, id: "other" };
  const elsewhere = { ...bits, choices: { ...bits.choices, platform } };
  assert.equal(comesTo(plain, elsewhere, with_j(1)), "");
  const answered = { ...bits, choices: choicesOf(OPENED, { given: { dims: { n: 2 } } as never }) };
  assert.equal(comesTo(plain, answered, with_j(1)), "", "its sizes are others");
});

test("the page remembers what was shown with nothing changed", async () => {
  const { bench, engine } = setUp();
  await bench.start("");
  const shipped = bench.now.plain?.result;
  assert.equal(shipped, bench.now.shown?.result);
  bench.choose({ bits: { weight: 8, activation: 8 } });
  await pause();
  engine.asked.at(-1)?.settle(answerOf("eight"));
  await pause();
  assert.equal(bench.now.shown?.result.model.name, "eight");
  assert.equal(bench.now.plain?.result, shipped);
});

test("a step back says to what it leads", () => {
  const back = (last: Choices | undefined, now: Partial<Choices> = {}) =>
    backTo({ ...OPENED, choices: choicesOf(OPENED, now) }, last ? [last] : [], SHOWN, [
      { id: "t4", kind: "datasheet", name: "NVIDIA T4" },
    ]);
  assert.equal(back(undefined), null);
  assert.equal(back(OPENED.choices), null);
  assert.equal(back(OPENED.choices, { batch: 2 }), "nothing changed");
  assert.equal(back(choicesOf(OPENED, { batch: 2 })), "batch 2");
  const other = (id: string, file: object | null) => choicesOf(OPENED, { platform: { id, file } });
  assert.equal(back(other("t4", null)), "NVIDIA T4");
  assert.equal(back(other("t4", { name: "My own" })), "My own");
});

test("taking back what never came to be shown is no step to go back from", async () => {
  const { bench, engine } = setUp();
  await bench.start("");
  bench.choose({ bits: { weight: 8, activation: 8 } });
  assert(bench.now.opened !== null);
  bench.choose(atFirst(bench.now.opened));
  await pause();
  engine.asked.at(-1)?.settle(answerOf("plain"));
  await pause();
  assert.deepEqual([bench.now.past, bench.now.work], [[], null]);
});

test("what a link was made with is a change for who opens it, and can be taken back", () => {
  const options = { batch: 4, bits: { weight: 8, activation: 8 } };
  const opened = openedLink({ v: 1, options, layers: {} });
  assert.deepEqual(
    changesOf(opened, opened.choices, SHOWN).map(({ text }) => text),
    ["batch 4", "weights 8 bits, activations 8 bits"],
  );
  const asked = requestFor(opened, { kind: "accelerator" }).options;
  assert.deepEqual([asked.batch, asked.bits], [4, options.bits]);
  const reset = { ...opened, choices: { ...opened.choices, ...atFirst(opened) } };
  const plain = requestFor(reset, { kind: "accelerator" }).options;
  assert.deepEqual([plain.batch, plain.bits], [1, false]);
});
