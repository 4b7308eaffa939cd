/** The accelerator as a choice: it stays with the page, goes into links, and one's own is as good. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeLink } from "../../web/lib/link.ts";
import { answerOf, onnx, pause, SAMPLES, setUp, TROUBLE } from "./fixtures/bench.ts";

const TPU = { id: "tpu", file: null };
const OWN = { schema: "joulegraph/accelerator/2", id: "mine", name: "Mine" };
const ownFile = (content: unknown = OWN) => new File([JSON.stringify(content)], "mine.json");

test("the accelerators that ship are there to choose, and the chosen one is asked with", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  assert.deepEqual(
    bench.now.platforms.map(({ id }) => id),
    ["eyeriss", "tpu", "cpu", "gpu"],
  );
  bench.choose({ dataflow: "row_stationary" });
  bench.choosePlatform(TPU);
  assert.deepEqual(bench.now.choices?.platform, TPU);
  await pause();
  assert.deepEqual(engine.asked[0]?.request.platform, { id: "tpu" });
  assert.equal(engine.asked[0]?.request.options.dataflow, null, "it has dataflows of its own");
});

test("a device is fetched from where its kind lies, and asked nothing of mappings", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  bench.choose({ objective: "delay", fuse: true, capacities: { buffer: 1024 } });
  await pause();
  engine.answer(0, answerOf("AlexNet"));
  await pause();
  for (const [turn, id, kind] of [
    [1, "cpu", "measured"],
    [2, "gpu", "datasheet"],
  ] as const) {
    bench.choosePlatform({ id, file: null });
    await pause();
    const { platform, options } = engine.asked[turn]?.request ?? {};
    assert.deepEqual(platform, { id, kind });
    assert.deepEqual(
      [options?.dataflow, options?.objective, options?.capacities, options?.fuse],
      [null, null, {}, false],
    );
    assert.equal(options?.weights, false);
    engine.answer(turn, answerOf("AlexNet"));
    await pause();
  }
  bench.choosePlatform(TPU);
  await pause();
  const { options } = engine.asked[3]?.request ?? {};
  assert.deepEqual([options?.objective, options?.fuse], ["delay", true], "they were kept");
});

test("a device's link asks nothing of mappings though it states some", async () => {
  const { engine, bench } = setUp();
  const options = { dataflow: "any", objective: "delay", fuse: true };
  await bench.start(await encodeLink({ v: 1, platform: { id: "gpu", hash: "x" }, options }));
  await pause();
  const asked = engine.asked[0]?.request;
  assert.deepEqual(asked?.platform, { id: "gpu", kind: "datasheet" });
  assert.deepEqual([asked?.options.dataflow, asked?.options.objective], [null, null]);
});

test("another model is priced on the accelerator that was chosen", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  bench.choosePlatform(TPU);
  await pause();
  engine.answer(0, answerOf("AlexNet"));
  await pause();
  void bench.openFiles(onnx("own.onnx"));
  await pause();
  assert.deepEqual(engine.asked[1]?.request.platform, { id: "tpu" });
  void bench.openSample(SAMPLES[0] as never);
  await pause();
  engine.answer(1, answerOf("own"));
  await pause();
  assert.deepEqual(engine.asked[2]?.request.platform, { id: "tpu" }, "not the one that ships");
});

test("one can go back to the first sample though it was left before it was shown", async () => {
  const { engine, bench, shownName } = setUp();
  const started = bench.start("");
  const [, lenet] = SAMPLES;
  if (lenet === undefined) throw new Error("no second sample");
  void bench.openSample(lenet);
  await started;
  await pause();
  engine.answer(0, answerOf("LeNet"));
  await pause();
  assert.equal(shownName(), "LeNet");
  await bench.goTo("");
  await pause();
  assert.equal(shownName(), "AlexNet");
});

test("a model and an accelerator are places to come back to, a dial is not", async () => {
  const { engine, bench, places, fragments, shownName } = setUp();
  await bench.start("");
  bench.choosePlatform(TPU);
  await pause();
  engine.answer(0, answerOf("on tpu", { state: { v: 1, on: "tpu" } }));
  await pause();
  bench.choose({ batch: 2 });
  await pause();
  engine.answer(1, answerOf("two", { state: { v: 1, on: "tpu", batch: 2 } }));
  await pause();
  assert.deepEqual(places, ["new", "same"]);
  void bench.goTo("");
  await pause();
  assert.equal(shownName(), "AlexNet");
  assert.equal(bench.now.opened?.sample?.id, "alexnet", "as it was opened, not as a link");
  assert.equal(bench.now.choices?.platform.id, "eyeriss");
  void bench.goTo(fragments[1] ?? "");
  await pause();
  engine.answer(2, answerOf("two"));
  await pause();
  assert.equal(bench.now.opened?.sample?.id, "alexnet");
  assert.deepEqual([bench.now.choices?.platform, bench.now.choices?.batch], [TPU, 2]);
});

test("going where nothing is leaves everything as it is", async () => {
  const { bench, shownName } = setUp();
  await bench.start("");
  await bench.goTo("#main");
  assert.equal(shownName(), "AlexNet");
  assert.equal(bench.now.error, null);
});

test("a link's accelerator is chosen with it; one that is nowhere is told", async () => {
  const { engine, bench } = setUp();
  await bench.start(await encodeLink({ v: 1, platform: { id: "tpu", hash: "x" } }));
  await pause();
  assert.deepEqual(engine.asked[0]?.request.platform, { id: "tpu" });
  await bench.openFragment(await encodeLink({ v: 1, platform: { id: "../secret", hash: "x" } }));
  await pause();
  assert.equal(bench.now.error?.code, "platform-unknown");
  assert.equal(engine.asked.length, 1);
});

test("a link's dataflow is not asked for on another accelerator", async () => {
  const { engine, bench } = setUp();
  const state = {
    v: 1,
    platform: { id: "eyeriss", hash: "x" },
    options: { dataflow: "any", capacities: { buffer: 2048, bad: "x" } },
  };
  await bench.start(await encodeLink(state));
  await pause();
  assert.equal(engine.asked[0]?.request.options.dataflow, "any");
  assert.deepEqual(engine.asked[0]?.request.options.capacities, { buffer: 2048 });
  engine.answer(0, answerOf("linked"));
  await pause();
  const own = { ...OWN, dataflows: [{ id: "first" }, { id: "second" }] };
  void bench.openFiles([ownFile(own)]);
  await pause();
  assert.equal(engine.asked[1]?.request.options.dataflow, "first");
  assert.deepEqual(engine.asked[1]?.request.options.capacities, {});
});

test("an objective is asked for, and a link's own can be taken back", async () => {
  const { engine, bench } = setUp();
  const options = { objective: "delay" };
  await bench.start(await encodeLink({ v: 1, platform: { id: "eyeriss", hash: "x" }, options }));
  await pause();
  assert.equal(engine.asked[0]?.request.options.objective, "delay");
  engine.answer(0, answerOf("linked"));
  await pause();
  bench.choose({ objective: "energy" });
  await pause();
  assert.equal(engine.asked[1]?.request.options.objective, "energy");
});

test("an accelerator of one's own is asked with, and carried in the link", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  const opening = bench.openFiles([ownFile()]);
  await pause();
  assert.deepEqual(engine.asked[0]?.request.platform, OWN);
  engine.answer(0, answerOf("AlexNet", { state: { v: 1, platform: { id: "mine", hash: "y" } } }));
  await opening;
  assert.deepEqual(bench.now.shown?.state.platform, { id: "mine", hash: "y", file: OWN });
  assert.match(bench.now.shown?.fragment ?? "", /^#v1\./);
});

test("one that is too large for a link is said to be", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  const large = { ...OWN, about: "x".repeat(9000) };
  const opening = bench.openFiles([ownFile(large)]);
  await pause();
  engine.answer(0, answerOf("AlexNet", { state: { v: 1, layers: {}, platform: { id: "mine" } } }));
  await opening;
  assert.equal(bench.now.shown?.fragment, null);
  assert.equal(bench.now.shown?.platformTooLong, true);
  // Saved, it brings the accelerator along.
  void bench.openFiles([new File([JSON.stringify(bench.now.shown?.state)], "all.json")]);
  await pause();
  assert.deepEqual(engine.asked[1]?.request.platform, large);
});

test("a model and an accelerator can be dropped together, in any order", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  void bench.openFiles([ownFile(), ...onnx("net.onnx")]);
  await pause();
  const { source, platform } = engine.asked[0]?.request ?? {};
  assert.equal(source?.kind === "file" && source.files[0]?.name, "net.onnx");
  assert.deepEqual(platform, OWN);
});

test("one that the engine refuses changes nothing", async () => {
  const { engine, bench, shownName } = setUp();
  await bench.start("");
  const opening = bench.openFiles([ownFile()]);
  await pause();
  assert.equal(bench.now.choices?.platform.id, "mine");
  engine.answer(0, { ok: false, error: { ...TROUBLE, code: "platform-invalid" } });
  await opening;
  assert.equal(bench.now.error?.code, "platform-invalid");
  assert.equal(bench.now.choices?.platform.id, "eyeriss");
  assert.equal(bench.now.own, null);
  assert.equal(shownName(), "AlexNet");
});

test("one's own stays to be chosen again, until it is removed", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  void bench.openFiles([ownFile()]);
  await pause();
  engine.answer(0, answerOf("on mine"));
  await pause();
  bench.choosePlatform(TPU);
  await pause();
  engine.answer(1, answerOf("on tpu"));
  await pause();
  assert.deepEqual(bench.now.own, { id: "mine", file: OWN });
  bench.choosePlatform(bench.now.own ?? TPU);
  await pause();
  engine.answer(2, answerOf("on mine"));
  await pause();
  bench.removeOwnPlatform();
  await pause();
  assert.equal(bench.now.own, null);
  assert.equal(bench.now.choices?.platform.id, "eyeriss");
  assert.deepEqual(bench.now.shown?.result.model.name, "AlexNet", "as it ships");
});

test("fused pairs are looked at when asked for, and kept in the link", async () => {
  const { engine, bench } = setUp();
  await bench.start("");
  bench.choose({ fuse: true });
  await pause();
  assert.equal(engine.asked[0]?.request.options.fuse, true);
  await bench.openFragment(await encodeLink({ v: 1, options: { fuse: true } }));
  await pause();
  assert.equal(bench.now.choices?.fuse, true);
  bench.cancel();
});
