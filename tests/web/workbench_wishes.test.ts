/** What is wished for while something else is computed, given up, or comes to nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeLink } from "../../web/lib/link.ts";
import { answerOf, onnx, pause, SAMPLES, setUp, TROUBLE } from "./fixtures/bench.ts";

const several = [...onnx("a.onnx"), ...onnx("b.onnx"), ...onnx("c.onnx")];

test("several models that are given up are given up, and what is shown is not kept again", async () => {
  const { engine, bench, shownName } = setUp();
  await bench.start("");
  const opening = bench.openFiles(several);
  await pause();
  engine.answer(0, answerOf("a"));
  await pause();
  bench.cancel();
  await opening;
  await pause();
  assert.equal(engine.asked.length, 2);
  assert.equal(bench.now.runs.length, 1);
  assert.equal(bench.now.work, null);
  assert.equal(shownName(), "a");
});

test("another wish comes before the rest of several models", async () => {
  const { engine, bench, shownName } = setUp();
  await bench.start("");
  const opening = bench.openFiles(several);
  await pause();
  await bench.openSample(SAMPLES[0] as never);
  engine.answer(0, answerOf("a"));
  await opening;
  await pause();
  assert.equal(shownName(), "AlexNet");
  assert.equal(engine.asked.length, 1);
  assert.deepEqual(bench.now.runs, []);
});

test("a pasted link is a place of its own, one in the address is where one is", async () => {
  const link = await encodeLink({ v: 1, model: { name: "linked" } });
  const pasted = setUp();
  await pasted.bench.start("");
  await pasted.bench.openFragment(link);
  await pause();
  pasted.engine.answer(0, answerOf("linked"));
  await pause();
  assert.deepEqual(pasted.places, ["new"]);
  const followed = setUp();
  await followed.bench.start("");
  await followed.bench.goTo(link);
  await pause();
  followed.engine.answer(0, answerOf("linked"));
  await pause();
  assert.deepEqual(followed.places, ["same"]);
});

test("a link that comes to nothing takes neither the runs nor the way of looking", async () => {
  const runs = [{ name: "theirs", state: { v: 1, model: { name: "theirs" } } }];
  const page = { tab: "proxies" };
  const link = await encodeLink({ v: 1, model: { name: "linked" }, runs, page });
  const { engine, bench, shownName } = setUp();
  await bench.start("");
  bench.keepRun();
  const [own] = bench.now.runs;
  for (const end of [() => engine.answer(0, { ok: false, error: TROUBLE }), () => bench.cancel()]) {
    await bench.openFragment(link);
    await pause();
    end();
    await pause();
    assert.equal(shownName(), "AlexNet");
    assert.deepEqual(bench.now.runs, [own]);
    assert.equal(bench.awaited, 0);
    assert.equal(bench.now.view.tab, "layers");
    assert.equal(engine.beside.length, 0);
  }
});

test("a link without runs leaves those of an earlier one coming", async () => {
  const runs = ["x", "y"].map((name) => ({ name, state: { v: 1, model: { name } } }));
  const { engine, bench } = setUp();
  await bench.start(await encodeLink({ v: 1, model: { name: "first" }, runs }));
  await pause();
  engine.answer(0, answerOf("first"));
  await pause();
  await bench.openFragment(await encodeLink({ v: 1, model: { name: "second" } }));
  await pause();
  engine.answer(1, answerOf("second"));
  for (const index of [0, 1]) {
    engine.beside[index]?.settle(answerOf(`run ${index}`));
    await pause();
  }
  assert.deepEqual(
    bench.now.runs.map(({ name }) => name),
    ["x", "y"],
  );
});

test("a step back that is given up is none, and later ones can be gone back from", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  for (const [index, batch] of [2, 4, 8].entries()) {
    bench.choose({ batch });
    await pause();
    engine.answer(index, answerOf(`batch ${batch}`));
    await pause();
  }
  const batches = () => bench.now.past.map(({ batch }) => batch);
  bench.undo();
  bench.undo();
  await pause();
  assert.equal(engine.asked.at(-1)?.request.options.batch, 2);
  bench.cancel();
  await pause();
  assert.deepEqual(batches(), [1, 2, 4]);
  bench.choose({ batch: 16 });
  await pause();
  engine.answer(engine.asked.length - 1, answerOf("batch 16"));
  await pause();
  assert.deepEqual(batches(), [1, 2, 4, 8]);
});

test("a choice made while a model is being opened is of that model", async () => {
  for (const turn of ["choose", "slide"] as const) {
    const { engine, bench, shownName } = setUp();
    await bench.start("");
    void bench.openFiles(onnx("own.onnx"));
    await pause();
    bench[turn]({ batch: 4 });
    await pause();
    assert.equal(engine.asked[1]?.request.source.kind, "file");
    assert.equal(engine.asked[1]?.request.options.batch, 4);
    engine.answer(0, answerOf("batch 1"));
    engine.answer(1, answerOf("batch 4"));
    await pause();
    assert.equal(shownName(), "batch 4");
    assert.equal(bench.now.opened?.title, "own.onnx");
    assert.equal(engine.atOnce.length, 0);
    // From here on, what is shown is what is turned.
    bench.slide({ batch: 5 });
    await pause();
    assert.equal(engine.atOnce.length, 1);
  }
});

test("an engine that was given up has nothing mapped when one reaches for a dial", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  bench.warm();
  await pause();
  assert.equal(engine.asked.length, 1);
  bench.choose({ batch: 2 });
  await pause();
  bench.cancel();
  await pause();
  bench.warm();
  await pause();
  assert.equal(engine.asked.length, 3);
  assert.equal(engine.asked[2]?.request.options.batch, 1);
});

test("errors are those of the runs that they were asked for", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  const names = [bench.keepRun(), bench.keepRun(), bench.keepRun()];
  const opening = bench.openFiles([new File(["name,error\nx,0.1\n"], "errors.csv")]);
  await pause();
  bench.removeRun(0);
  engine.beside[0]?.settle({ ok: true, errors: [0.1, 0.2, null] } as never);
  await opening;
  assert.deepEqual(
    bench.now.runs.map(({ name, error }) => [name, error]),
    [
      [names[1], 0.2],
      [names[2], null],
    ],
  );
});

test("a table of errors leaves what is under way alone", async () => {
  const { engine, bench, shownName } = setUp();
  await bench.start("");
  bench.keepRun();
  const opening = bench.openFiles(onnx("slow.onnx"));
  await pause();
  const table = bench.openFiles([new File(["name,error\nx,0.1\n"], "errors.csv")]);
  await pause();
  engine.beside[0]?.settle({ ok: true, errors: [0.1] } as never);
  await table;
  assert.equal(bench.now.runs[0]?.error, 0.1);
  assert.equal(bench.now.work?.title, "slow.onnx");
  engine.answer(0, answerOf("slow"));
  await opening;
  assert.equal(shownName(), "slow");
});
