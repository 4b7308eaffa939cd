/** What the page remembers: the last good result stays, late answers don't count, links are kept. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "../../web/lib/answer.ts";
import { encodeLink } from "../../web/lib/link.ts";
import { answerOf, DENSITY, onnx, pause, SAMPLES, setUp, TROUBLE } from "./fixtures/bench.ts";
import type { resultOf } from "./fixtures/breakdown.ts";

test("the first sample is shown without the engine, and leaves the address alone", async () => {
  const { engine, bench, shownName, fragments } = setUp();
  await bench.start("");
  assert.equal(shownName(), "AlexNet");
  assert.equal(bench.now.opened?.densitySource, "a paper");
  assert.equal(engine.asked.length, 0);
  assert.deepEqual(fragments, []);
});

test("a file that the user opens before the first sample has come is what is shown", async () => {
  const { engine, bench, shownName } = setUp();
  const starting = bench.start("");
  void bench.openFiles(onnx("quick.onnx"));
  await starting;
  await pause();
  engine.answer(0, answerOf("quick"));
  await pause();
  assert.equal(shownName(), "quick");
});

test("a wish that fails leaves nothing hanging", async () => {
  const { bench } = setUp();
  await bench.start("");
  void bench.openFiles(onnx("slow.onnx"));
  await pause();
  await bench.openFiles([new File(["?"], "x.json")]);
  assert.equal(bench.now.error?.code, "json-unknown");
  assert.equal(bench.now.work, null);
});

test("a sample without a shipped breakdown is computed", async () => {
  const { engine, bench, shownName } = setUp();
  const opening = bench.start("").then(() => bench.openSample(SAMPLES[1] as never));
  await pause();
  assert.equal(bench.now.work?.title, "LeNet");
  assert.deepEqual(engine.asked[0]?.request.source, {
    kind: "sample",
    url: "models/l.onnx",
    name: "l.onnx",
  });
  engine.answer(0, answerOf("LeNet"));
  await opening;
  assert.equal(shownName(), "LeNet");
  assert.equal(bench.now.work, null);
});

test("an error leaves the last good result, and can be dismissed", async () => {
  const { engine, bench, shownName } = setUp();
  await bench.start("");
  const opening = bench.openFiles(onnx("bad.onnx"));
  await pause();
  engine.answer(0, { ok: false, error: TROUBLE });
  await opening;
  assert.deepEqual(bench.now.error, TROUBLE);
  assert.equal(shownName(), "AlexNet");
  assert.equal(bench.now.opened?.title, "AlexNet");
  bench.dismissError();
  assert.equal(bench.now.error, null);
});

test("dials are computed once at rest, and an earlier answer that comes late does not count", async () => {
  const { engine, bench, shownName } = setUp();
  await bench.start("");
  bench.choose({ batch: 2 });
  bench.choose({ batch: 3 });
  await pause();
  bench.choose({ batch: 4 });
  await pause();
  assert.deepEqual(
    engine.asked.map(({ request }) => request.options.batch),
    [3, 4],
  );
  engine.answer(1, answerOf("four"));
  await pause();
  engine.answer(0, answerOf("three"));
  await pause();
  assert.equal(shownName(), "four");
  assert.equal(bench.now.choices?.batch, 4);
});

test("cancelling puts the controls back to what is shown, without an error", async () => {
  const { engine, bench, shownName } = setUp();
  await bench.start("");
  bench.choose({ batch: 64 });
  await pause();
  assert.equal(bench.now.choices?.batch, 64);
  bench.cancel();
  await pause();
  assert.equal(engine.cancelled, 1);
  assert.equal(bench.now.choices?.batch, 1);
  assert.equal(bench.now.work, null);
  assert.equal(bench.now.error, null);
  assert.equal(shownName(), "AlexNet");
});

test("zero fractions go along while they are switched on", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  bench.choose({ zeros: false });
  await pause();
  bench.choose({ zeros: true, batch: 2 });
  await pause();
  assert.deepEqual(
    engine.asked.map(({ request }) => request.options.density),
    [null, DENSITY],
  );
});

test("zeros in the weights are counted for a file of one's own, when asked for", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  bench.choose({ weights: true, batch: 2 });
  await pause();
  assert.equal(engine.asked[0]?.request.options.weights, false, "a sample has no weights");
  const model = [new File(["x"], "own.onnx"), new File(["w"], "own.data")];
  const opening = bench.openFiles(model);
  await pause();
  assert.equal(engine.asked[1]?.request.options.weights, false);
  engine.answer(1, answerOf("own"));
  await opening;
  bench.choose({ weights: true });
  await pause();
  assert.equal(engine.asked[2]?.request.options.weights, true);
  assert.deepEqual(engine.asked[2]?.request.source, { kind: "file", files: model });
});

test("a file that the open model lacks is given to it, any other is a model", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  const model = new File(["x"], "own.onnx");
  const opening = bench.openFiles([model]);
  await pause();
  const { result, ...rest } = answerOf("own") as Answer & { ok: true };
  const text = "1 weight could not be read: 'w' (the file 'in/own.data' is not there).";
  const notes = [{ code: "weights-unknown", text }];
  engine.answer(0, { ...rest, result: { ...(result as object), notes } });
  await opening;
  const data = new File(["w"], "own.data");
  void bench.openFiles([data]);
  await pause();
  assert.deepEqual(engine.asked[1]?.request.source, { kind: "file", files: [model, data] });
  const other = new File(["w"], "another.data");
  void bench.openFiles([other]);
  await pause();
  engine.answer(1, answerOf("late"));
  await pause();
  assert.deepEqual(engine.asked.at(-1)?.request.source, { kind: "file", files: [other] });
});

test("a link shows its own totals at once and its layers when they are computed", async () => {
  const { engine, bench, shownName, fragments } = setUp();
  const state = {
    v: 1,
    engine: "0.0.9",
    model: { name: "linked", parameters: 5 },
    platform: { id: "eyeriss", hash: "x" },
    options: { batch: 2, density: { source: "s" } },
    totals: { energy_macs: 12, energy_j: null, macs: 7 },
  };
  await bench.start(await encodeLink(state));
  assert.equal(bench.now.linkTotals?.energy_macs, 12);
  assert.equal(bench.now.linkTotals?.parameters, 5);
  await pause();
  assert.deepEqual(engine.asked[0]?.request.source, { kind: "state", state });
  assert.equal(engine.asked[0]?.request.options.density, null);
  const warnings = [{ code: "engine-changed", text: "The link was made by another engine." }];
  engine.answer(0, answerOf("linked", { warnings }));
  await pause();
  assert.equal(shownName(), "linked");
  assert.equal(bench.now.linkTotals, null);
  assert.deepEqual(bench.now.shown?.warnings, warnings);
  assert.match(fragments[0] ?? "", /^#v1\./);
  bench.choose({ zeros: false });
  await pause();
  assert.equal(engine.asked[1]?.request.options.density, false, "false takes a link's zeros away");
});

test("zeros that a linked table brings along are kept", async () => {
  const { engine, bench } = setUp();
  const state = { v: 1, options: { density: null }, layers: { zeros: [[0.5, 0, 0.5]] } };
  await bench.start(await encodeLink(state));
  await pause();
  assert.equal(engine.asked[0]?.request.options.density, null);
});

test("a broken link is told, and the first sample is there all the same", async () => {
  const { bench, shownName } = setUp();
  await bench.start("#v1.AAAA");
  assert.equal(bench.now.error?.code, "link-damaged");
  assert.equal(shownName(), "AlexNet");
  assert.equal(bench.now.error?.code, "link-damaged", "the sample does not hide the error");
});

test("a link that holds no breakdown is told, and the first sample takes its place", async () => {
  const { engine, bench, shownName } = setUp();
  await bench.start(await encodeLink({ v: 1, model: { name: "linked" } }));
  await pause();
  engine.answer(0, { ok: false, error: { ...TROUBLE, code: "link-invalid" } });
  await pause();
  assert.equal(bench.now.linkTotals, null);
  assert.equal(bench.now.error?.code, "link-invalid");
  assert.equal(shownName(), "AlexNet");
});

test("a breakdown too large for a link is offered as a file, which opens again", async () => {
  const { engine, bench, fragments } = setUp();
  const noise = Array.from({ length: 9000 }, (_, i) => Math.sin(i).toString(36)).join("");
  const opening = bench.openFiles(onnx("large.onnx"));
  await pause();
  engine.answer(0, answerOf("large", { state: { v: 1, layers: {}, noise } }));
  await opening;
  assert.equal(bench.now.shown?.fragment, null);
  assert.deepEqual(fragments, [null]);
  const saved = new File([JSON.stringify(bench.now.shown?.state)], "large.joulegraph.json");
  void bench.openFiles([saved]);
  await pause();
  assert.deepEqual(engine.asked[1]?.request.source, {
    kind: "state",
    state: bench.now.shown?.state,
  });
});

test("zero fractions for a link are refused with what to do", async () => {
  const { engine, bench } = setUp();
  await bench.start(await encodeLink({ v: 1, model: { name: "linked" } }));
  await pause();
  engine.answer(0, answerOf("linked"));
  await pause();
  await bench.openFiles([new File([JSON.stringify(DENSITY)], "zeros.json")]);
  assert.equal(bench.now.error?.code, "density-without-model");
});

test("an engine that does not start is told; a missing list of samples too", async () => {
  const { engine, bench } = setUp({});
  engine.bootError = { ...TROUBLE, code: "boot-silent" };
  await bench.boot();
  assert.equal(bench.now.error?.code, "boot-silent");
  await bench.start("");
  assert.equal(bench.now.error?.code, "page-fault");
});

test("an answer that is no breakdown is refused", async () => {
  const { engine, bench, shownName } = setUp();
  await bench.start("");
  const opening = bench.openFiles(onnx("x.onnx"));
  await pause();
  engine.answer(0, answerOf("x", { result: { schema: "joulegraph/result/9" } }));
  await opening;
  assert.equal(bench.now.error?.code, "result-schema");
  assert.equal(shownName(), "AlexNet");
});

/** An answer whose model leaves one dimension open. */
function openAnswer(name: string, taken: number): Answer {
  const { result, ...rest } = answerOf(name) as Answer & { ok: true };
  const { model, ...others } = result as ReturnType<typeof resultOf>;
  const questions = [{ kind: "dimension", option: "dims", name: "h", taken, about: "input 'x'" }];
  return { ...rest, result: { ...others, model: { ...model, questions } } };
}

const UNFIT: Answer = { ok: false, error: { ...TROUBLE, code: "inconsistent-shapes" } };
const dims = (h: number) => ({ inputs: {}, dims: { h }, values: {} });

test("answers are asked with at rest, along with other choices, and dropped with the file", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  void bench.openFiles(onnx("own.onnx"));
  await pause();
  engine.answer(0, openAnswer("own", 224));
  await pause();
  bench.give(dims(6));
  bench.give(dims(64));
  await pause();
  engine.answer(1, openAnswer("own", 64));
  await pause();
  bench.choose({ bits: { weight: 8, activation: 8 } });
  await pause();
  engine.answer(2, openAnswer("own", 64));
  await pause();
  void bench.openFiles(onnx("other.onnx"));
  await pause();
  assert.deepEqual(
    engine.asked.map(({ request }) => request.options.dims),
    [{}, { h: 64 }, { h: 64 }, {}],
  );
});

test("answers that fail can be corrected; another choice goes on from what is shown", async () => {
  const { engine, bench, shownName } = setUp();
  await bench.start("");
  void bench.openFiles(onnx("own.onnx"));
  await pause();
  engine.answer(0, openAnswer("own", 224));
  await pause();
  bench.give(dims(7));
  await pause();
  engine.answer(1, UNFIT);
  await pause();
  assert.equal(bench.now.error?.code, "inconsistent-shapes");
  assert.deepEqual(bench.now.choices?.given.dims, {}, "what counts");
  assert.deepEqual(bench.now.attempt?.opened.choices.given.dims, { h: 7 }, "what was tried");
  assert.equal(shownName(), "own");
  bench.give(dims(8));
  assert.equal(bench.now.error, null);
  await pause();
  engine.answer(2, UNFIT);
  await pause();
  bench.choose({ batch: 2 });
  assert.equal(bench.now.attempt, null);
  await pause();
  const { batch, dims: sent } = engine.asked[3]?.request.options ?? {};
  assert.deepEqual([batch, sent], [2, {}]);
  engine.answer(3, openAnswer("own", 224));
  await pause();
  bench.choose({ batch: 3 });
  await pause();
  engine.answer(4, UNFIT);
  await pause();
  assert.equal(bench.now.attempt, null, "the batch is not the form's");
});

test("a file that does not run at its defaults is opened with other answers, or given up", async () => {
  const { engine, bench, shownName } = setUp();
  await bench.start("");
  const { questions } = (openAnswer("", 1) as unknown as { result: { model: { questions: [] } } })
    .result.model;
  void bench.openFiles(onnx("own.onnx"));
  await pause();
  engine.answer(0, { ...UNFIT, questions });
  await pause();
  assert.equal(bench.now.attempt?.opened.title, "own.onnx");
  assert.equal(shownName(), "AlexNet");
  bench.give(dims(3));
  await pause();
  engine.answer(1, UNFIT);
  await pause();
  assert.equal(bench.now.attempt?.questions.length, 1, "asked before, asked still");
  bench.give(dims(4));
  await pause();
  assert.deepEqual(engine.asked[2]?.request.options.dims, { h: 4 });
  engine.answer(2, openAnswer("own", 4));
  await pause();
  assert.equal(shownName(), "own");
  assert.equal(bench.now.attempt, null);
  assert.deepEqual(bench.now.choices?.given.dims, { h: 4 });

  void bench.openFiles(onnx("another.onnx"));
  await pause();
  engine.answer(3, { ...UNFIT, questions });
  await pause();
  bench.dismissError();
  assert.equal(bench.now.attempt, null);
  bench.give(dims(5));
  await pause();
  assert.deepEqual(bench.now.opened?.title, "own.onnx");
});

test("a sample with answers is not the one that ships", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  bench.give(dims(5));
  await pause();
  assert.deepEqual(engine.asked[0]?.request.options.dims, { h: 5 });
});
