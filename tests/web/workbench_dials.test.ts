/** Dials: drawn with the mappings at hand at once, mapped anew when they are still, never a queue. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerOf, onnx, pause, setUp, TROUBLE } from "./fixtures/bench.ts";
import { timedLayer, timedResult } from "./fixtures/timed.ts";

const at = <T>(list: readonly T[], index: number): T => {
  const item = list.at(index);
  assert(item !== undefined, `item ${index} of ${list.length}`);
  return item;
};
const soon = (name: string) => answerOf(name, { provisional: true });

async function onAlexnet() {
  const set = setUp();
  await set.bench.start("");
  return set;
}

test("every step is asked for at once, and drawn in its order while the dial turns on", async () => {
  const { engine, bench, shownName, fragments } = await onAlexnet();
  bench.slide({ batch: 2 });
  await pause(1);
  bench.slide({ batch: 4 });
  await pause(1);
  assert.deepEqual(
    engine.atOnce.map(({ request }) => request.options.batch),
    [2, 4],
  );
  at(engine.atOnce, 0).settle(soon("two"));
  await pause(1);
  assert.equal(shownName(), "two", "though the dial is further on");
  assert.equal(bench.now.choices?.batch, 4, "the dial does not jump back");
  assert.equal(bench.now.shown?.provisional, true);
  assert.equal(bench.now.work?.behind, true);
  at(engine.atOnce, 1).settle(soon("four"));
  await pause(1);
  assert.equal(shownName(), "four");
  assert.deepEqual(fragments, [], "no link to what will not be so for long");
});

test("an answer to an earlier step that comes after a later one's is not drawn", async () => {
  const { engine, bench, shownName } = await onAlexnet();
  bench.slide({ batch: 2 });
  bench.slide({ batch: 4 });
  await pause(1);
  at(engine.atOnce, 1).settle(soon("four"));
  await pause(1);
  at(engine.atOnce, 0).settle(soon("two"));
  await pause(1);
  assert.equal(shownName(), "four");
});

test("once a dial is still everything is mapped anew, once, and that is what counts", async () => {
  const { engine, bench, shownName, fragments } = await onAlexnet();
  for (const batch of [2, 4, 8]) bench.slide({ batch });
  await pause();
  assert.equal(engine.behind.length, 0, "what is drawn at once goes first");
  at(engine.atOnce, 2).settle(soon("eight"));
  await pause();
  assert.deepEqual(
    engine.behind.map(({ request }) => request.options.batch),
    [8],
  );
  at(engine.behind, 0).settle(answerOf("exact"));
  await pause();
  assert.equal(shownName(), "exact");
  assert.equal(bench.now.shown?.provisional, false);
  assert.equal(bench.now.work, null);
  assert.equal(fragments.length, 1);
});

test("what was being mapped when the dial turned on is not drawn", async () => {
  const { engine, bench, shownName } = await onAlexnet();
  bench.slide({ batch: 2 });
  await pause(1);
  at(engine.atOnce, 0).settle(soon("two"));
  await pause();
  bench.slide({ batch: 4 });
  await pause(1);
  at(engine.atOnce, 1).settle(soon("four"));
  at(engine.behind, 0).settle(answerOf("exact two"));
  await pause(1);
  assert.equal(shownName(), "four");
  await pause();
  at(engine.behind, 1).settle(answerOf("exact four"));
  await pause();
  assert.equal(shownName(), "exact four");
});

test("an answer that is exact already needs no search", async () => {
  const { engine, bench, shownName } = await onAlexnet();
  bench.slide({ batch: 2 });
  await pause(1);
  at(engine.atOnce, 0).settle(answerOf("known"));
  await pause();
  assert.equal(shownName(), "known");
  assert.equal(engine.behind.length, 0);
  assert.equal(bench.now.work, null);
});

test("what a dial asks for in vain is told, and it goes back to what is shown", async () => {
  const { engine, bench, shownName } = await onAlexnet();
  bench.slide({ capacities: { buffer: 1 } });
  await pause(1);
  at(engine.atOnce, 0).settle({ ok: false, error: { ...TROUBLE, code: "capacity-size" } });
  await pause();
  assert.equal(bench.now.error?.code, "capacity-size");
  assert.deepEqual(bench.now.choices?.capacities, {});
  assert.equal(engine.behind.length, 0);
  assert.equal(shownName(), "AlexNet");
});

test("a search can be given up: what is drawn stays, and says what it is", async () => {
  const { engine, bench, shownName } = await onAlexnet();
  bench.slide({ batch: 2 });
  await pause(1);
  at(engine.atOnce, 0).settle(soon("two"));
  await pause();
  bench.cancel();
  at(engine.behind, 0).settle({ ok: false, error: { ...TROUBLE, code: "cancelled" } });
  await pause();
  assert.deepEqual([engine.cancelledBehind, engine.cancelled], [1, 0]);
  assert.equal(shownName(), "two");
  assert.equal(bench.now.shown?.provisional, true);
  assert.deepEqual([bench.now.work, bench.now.error], [null, null]);
});

test("a choice goes before what a dial was asking for, from the moment it is made", async () => {
  const { engine, bench, shownName } = await onAlexnet();
  bench.slide({ batch: 2 });
  await pause(1);
  at(engine.atOnce, 0).settle(soon("two"));
  await pause();
  bench.choose({ zeros: false });
  at(engine.behind, 0).settle(answerOf("exact two"));
  await pause(1);
  assert.equal(bench.now.choices?.zeros, false, "the switch does not jump back");
  assert.equal(shownName(), "two");
  await pause();
  assert.deepEqual(
    engine.asked.map(({ request }) => [request.options.batch, request.options.density]),
    [[2, null]],
  );
});

test("a model that is opened goes before what a dial was asking for", async () => {
  const { engine, bench, shownName } = await onAlexnet();
  bench.slide({ batch: 2 });
  await pause(1);
  void bench.openFiles(onnx("own.onnx"));
  await pause();
  at(engine.atOnce, 0).settle(soon("two"));
  await pause(1);
  assert.equal(shownName(), "AlexNet");
  assert.equal(engine.behind.length, 0);
  engine.answer(0, answerOf("own"));
  await pause();
  assert.equal(shownName(), "own");
});

test("a breakdown that came with the page is mapped when somebody reaches for a dial", async () => {
  const { engine, bench } = await onAlexnet();
  bench.warm();
  bench.warm();
  await pause();
  assert.equal(engine.asked.length, 1);
  assert.equal(engine.prepared, 2);
  assert.equal(bench.now.work, null, "nothing to be told of");
  void bench.openFiles(onnx("own.onnx"));
  await pause();
  engine.answer(1, answerOf("own"));
  await pause();
  bench.warm();
  await pause();
  assert.equal(engine.asked.length, 2, "it is mapped");
});

test("on a timed platform what a dial asks is worked out where it is, with no word of mappings", async () => {
  const { engine, bench, shownName } = await onAlexnet();
  const result = timedResult([timedLayer("timed", { data: 1 }, null)]);
  bench.choosePlatform({ id: "cpu", file: null });
  await pause();
  engine.answer(0, answerOf("timed", { result }));
  await pause();
  bench.warm();
  assert.equal(engine.prepared, 0, "nothing will be searched behind");
  bench.slide({ batch: 4 });
  await pause(1);
  at(engine.atOnce, 0).settle(answerOf("four", { result, provisional: true }));
  await pause();
  assert.equal(engine.behind.length, 0);
  assert.equal(at(engine.asked, -1).request.options.batch, 4);
  engine.answer(engine.asked.length - 1, answerOf("four"));
  await pause();
  assert.equal(shownName(), "four");
  assert.equal(bench.now.shown?.provisional, false);
});
