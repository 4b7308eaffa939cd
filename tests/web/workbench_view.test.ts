/** Ways of looking, steps back, runs kept and questions beside: all of it in the link. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "../../web/lib/answer.ts";
import { decodeLink, encodeLink } from "../../web/lib/link.ts";
import { FIRST_VIEW, packed, viewFrom } from "../../web/lib/page_view.ts";
import { freeName, packedRuns, runsFrom } from "../../web/lib/runs.ts";
import { AS_IT_IS, isAsItIs, whatIfOf, withLayer } from "../../web/lib/what_if.ts";
import { answerOf, onnx, pause, setUp, TROUBLE } from "./fixtures/bench.ts";

test("how one looks at a breakdown goes into the link, and comes back with it", async () => {
  const { bench, fragments } = setUp();
  await bench.start("");
  bench.look({ breakdown: { ...bench.now.view.breakdown, picture: "map" } });
  bench.note("training.images", 1000);
  await pause();
  const state = await decodeLink(fragments.at(-1) ?? "");
  assert.deepEqual(viewFrom(state.page), bench.now.view);
  const other = setUp();
  await other.bench.start(fragments.at(-1) ?? "");
  assert.deepEqual(other.bench.now.view, bench.now.view);
  bench.note("training.images", null);
  bench.look({ breakdown: FIRST_VIEW.breakdown });
  await pause();
  assert.equal("page" in (await decodeLink(fragments.at(-1) ?? "")), false);
});

test("what is no view of ours is as at first", () => {
  for (const odd of [null, 7, [], "x", { tab: "<b>", fields: [1], breakdown: 3 }]) {
    assert.equal(viewFrom(odd).tab, FIRST_VIEW.tab);
  }
  const fields = { a: "x".repeat(201), b: Number.NaN, c: {}, d: 2 };
  assert.deepEqual(viewFrom({ fields }).fields, { d: 2 });
  assert.equal(packed(FIRST_VIEW), null);
});

test("a step back gives the choices before, one by one, and is no step itself", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  for (const [index, batch] of [2, 4].entries()) {
    bench.choose({ batch });
    await pause();
    engine.answer(index, answerOf(`batch ${batch}`));
    await pause();
  }
  assert.equal(bench.now.past.length, 2);
  bench.undo();
  await pause();
  assert.equal(engine.asked[2]?.request.options.batch, 2);
  engine.answer(2, answerOf("batch 2"));
  await pause();
  assert.equal(bench.now.choices?.batch, 2);
  assert.equal(bench.now.past.length, 1);
  bench.undo();
  await pause();
  assert.equal(bench.now.choices?.batch, 1, "as it ships, without the engine");
  assert.equal(bench.now.past.length, 0);
  assert.equal(engine.asked.length, 3);
});

test("another model has no steps to go back", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  bench.choose({ batch: 2 });
  await pause();
  engine.answer(0, answerOf("batch 2"));
  await pause();
  const opening = bench.openFiles(onnx("own.onnx"));
  await pause();
  engine.answer(1, answerOf("own"));
  await opening;
  assert.deepEqual(bench.now.past, []);
});

test("runs are kept under names of their own, eight at most, and go into the link", async () => {
  const { bench, fragments } = setUp();
  await bench.start("");
  const names = Array.from({ length: 8 }, () => bench.keepRun());
  assert.equal(new Set(names).size, 8);
  assert.equal(bench.keepRun(), null);
  assert.equal(bench.now.error?.code, "runs-full");
  for (let at = 0; at < 6; at += 1) bench.removeRun(0);
  bench.changeRun(1, { name: "before", error: 0.25 });
  await pause();
  const { runs } = await decodeLink(fragments.at(-1) ?? "");
  const linked = runsFrom(runs);
  assert.deepEqual(
    linked.map(({ name, error }) => [name, error]),
    [
      [names[6], 0.25], // of the same model
      ["before", 0.25],
    ],
  );
  assert.deepEqual(runsFrom(packedRuns(linked)), linked);
});

test("the runs of a link are priced after its own breakdown, and one that fails is told", async () => {
  const runs = ["a", "b", "c"].map((name) => ({ name, state: { v: 1, model: { name } } }));
  const link = await encodeLink({ v: 1, model: { name: "main" }, runs });
  const { engine, bench, shownName } = setUp();
  await bench.start(link);
  await pause();
  assert.equal(engine.beside.length, 0);
  engine.answer(0, answerOf("main"));
  for (const [index, answer] of [
    answerOf("a"),
    { ok: false, error: TROUBLE } as Answer,
    answerOf("c"),
  ].entries()) {
    await pause();
    engine.beside[index]?.settle(answer);
  }
  await pause();
  assert.equal(shownName(), "main");
  assert.deepEqual(
    bench.now.runs.map(({ name }) => name),
    ["a", "c"],
  );
  assert.deepEqual(bench.now.error, TROUBLE);
});

test("several models dropped together are opened in turn and compared", async () => {
  const { engine, bench, shownName } = setUp();
  await bench.start("");
  const opening = bench.openFiles([...onnx("a.onnx"), ...onnx("b.onnx"), ...onnx("w.bin")]);
  for (const [index, name] of ["a", "b"].entries()) {
    await pause();
    const { source } = engine.asked[index]?.request ?? {};
    assert.deepEqual(source?.kind === "file" && source.files.map((file) => file.name), [
      `${name}.onnx`,
      "w.bin",
    ]);
    engine.answer(index, answerOf(name));
  }
  await opening;
  assert.equal(shownName(), "b");
  assert.equal(bench.now.runs.length, 2);
  assert.equal(bench.now.view.tab, "compare");
});

test("a question beside is asked about what is shown, and its error is thrown", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  const { signal } = new AbortController();
  const asked = bench.ask<{ curve: number }>("curve", { batches: [1, 2] }, signal);
  await pause();
  const { verb, extra, source } = engine.beside[0]?.request ?? {};
  assert.deepEqual([verb, extra, source?.kind], ["curve", { batches: [1, 2] }, "sample"]);
  engine.beside[0]?.settle({ ok: true, curve: 3 } as unknown as Answer);
  assert.equal((await asked).curve, 3);
  const alone = bench.askAlone("compare", { runs: [] }, signal);
  await pause();
  assert.deepEqual(engine.beside[1]?.request.source, { kind: "none" });
  engine.beside[1]?.settle({ ok: false, error: TROUBLE });
  await assert.rejects(alone, { code: TROUBLE.code });
});

test("what is tried out is read from a link as far as it is such", () => {
  const options = {
    layer_bits: { a: { weight: 4 }, b: 3, c: { weight: "x" } },
    active: { a: 0.5, b: "x" },
    exits: [{ after: "a", leave: 0.3 }, { after: 2 }, null],
    array: [8, 16],
    clock_hz: "fast",
    train: "adam",
  };
  assert.deepEqual(whatIfOf(options), {
    ...AS_IT_IS,
    layer_bits: { a: { weight: 4 } },
    active: { a: 0.5 },
    exits: [{ after: "a", leave: 0.3 }],
    array: [8, 16],
    train: "adam",
  });
  assert.equal(isAsItIs(whatIfOf({ array: [], train: "x" })), true);
  assert.equal(isAsItIs(whatIfOf({ array: [1, "2"] })), true);
  assert.deepEqual(whatIfOf({ array: [256] }).array, [256], "an array may have one axis");
  assert.deepEqual(withLayer({ a: 1, b: 2 }, "a", null), { b: 2 });
});

test("a name that is taken gets a number", () => {
  assert.equal(freeName("x", [{ name: "x" }, { name: "x (2)" }]), "x (3)");
  assert.equal(freeName("  ", []), "run");
});
