import assert from "node:assert/strict";
import { test } from "node:test";
import { amount, asked, rounded, signed, times } from "../../web/lib/compare.ts";
import { sortDropped } from "../../web/lib/dropped.ts";
import { freeName, movedUp, nameOf, type Run } from "../../web/lib/runs.ts";
import { answerOf, onnx, pause, setUp } from "./fixtures/bench.ts";
import { resultOf, simpleLayer } from "./fixtures/breakdown.ts";

const run = (name: string, pass_on: number | null = null): Run => ({
  name,
  state: { v: 1 },
  result: resultOf([simpleLayer("conv", 1, 2)]),
  error: 0.25,
  pass_on,
});

test("of a result the engine is asked with what it compares, and not with what is long", () => {
  const [first] = asked([run("a")], 0).runs as { result: { layers: object[] } }[];
  const layer = first?.result.layers[0] ?? {};
  assert.ok("energy_j" in layer && "loops" in layer && "kind" in layer);
  assert.ok(!("terms" in layer) && !("mapping" in layer));
});

test("the last run passes on to nobody", () => {
  const { runs } = asked([run("a", 0.5), run("b", 0.25)], 1);
  assert.deepEqual(
    (runs as { pass_on: number | null }[]).map(({ pass_on }) => pass_on),
    [0.5, null],
  );
});

test("numbers of a comparison in words", () => {
  assert.equal(signed(1.5e-3, "energy_j"), "+1.500 mJ");
  assert.equal(signed(-1.5e-3, "energy_j"), "−1.500 mJ");
  assert.equal(signed(null, "energy_j"), "");
  assert.equal(amount(null, "time_s"), "unknown");
  assert.equal(times(1.2345), "×1.23");
  assert.deepEqual([0, 0.0002, 0.6, 1, 999.9, 4321].map(times), [
    "×0",
    "×0.0002",
    "×0.600",
    "×1.00",
    "×1000",
    "×4320",
  ]);
  assert.equal(times(null), "");
  assert.equal(rounded(1 - 0.7), 0.3);
});

test("a name that is taken gets a number and stays short enough for the engine", () => {
  const long = "😀".repeat(100);
  const first = freeName(long, []);
  const second = freeName(long, [{ name: first }]);
  assert.equal([...first].length, 80);
  assert.ok([...second].length <= 80 && second.endsWith(" (2)") && !second.includes("\ufffd"));
});

test("a run is called by what is not as its model and platform are", () => {
  const { result, state } = run("a");
  const called = (options: object, chosen: object = {}, platform: object = {}) =>
    nameOf({
      result: {
        ...result,
        options: { ...result.options, ...options },
        platform: { ...result.platform, ...platform },
      },
      state: { ...state, options: chosen },
    });
  assert.equal(called({}), "net on Eyeriss");
  assert.equal(called({ bits: { weight: 8, activation: 8 } }), "net on Eyeriss, 8 bits");
  assert.equal(
    called({ batch: 8, bits: { weight: 4, activation: 8 } }, { capacities: { dram: 2048 } }),
    "net on Eyeriss, batch 8, 4/8 bits, DRAM 2 KiB",
  );
  assert.equal(
    called({ density: { source: "Set by hand: 50 % of activations" } }, { train: "sgd" }),
    "net on Eyeriss, 50 % of activations, training step, sgd",
  );
  assert.equal(called({ density: { source: "a paper" } }), "net on Eyeriss");
  assert.equal(called({}, {}, { name: "T4", kind: "datasheet" }), "net on T4 (datasheet)");
});

test("moved up, a run leaves what is passed on to its place", () => {
  const before = [run("a", 0.3), run("b", 0.2), run("c")];
  const told = (at: number) => movedUp(before, at).map(({ name, pass_on }) => [name, pass_on]);
  assert.deepEqual(told(1), [
    ["b", 0.3],
    ["a", 0.2],
    ["c", null],
  ]);
  assert.deepEqual(told(2), [
    ["a", 0.3],
    ["c", 0.2],
    ["b", null],
  ]);
});

test("an error that is typed in goes to the open runs of the same model with the same dials", async () => {
  const { bench } = setUp();
  await bench.start("");
  for (let time = 0; time < 5; time += 1) bench.keepRun();
  const errors = () => bench.now.runs.map(({ error }) => error);
  bench.changeRun(1, { error: 0.1 });
  assert.deepEqual(errors(), [0.1, 0.1, 0.1, 0.1, 0.1], "all open");
  bench.changeRun(2, { error: null });
  assert.deepEqual(errors(), [0.1, 0.1, null, 0.1, 0.1], "taken back of one alone");
  const own = bench.now.runs[2]?.result;
  assert.ok(own !== undefined);
  const options = { ...own.options, bits: { weight: 8, activation: 8 } };
  bench.changeRun(2, { result: { ...own, options } });
  bench.changeRun(0, { error: 0.2 });
  assert.deepEqual(errors(), [0.2, 0.1, null, 0.1, 0.1], "no other answers, nothing said before");
  bench.changeRun(3, { error: null, name: "b" });
  bench.changeRun(0, { name: "c" });
  assert.deepEqual(errors(), [0.2, 0.1, null, null, 0.1], "a name is no error");
});

test("a table of errors is told from a table of layers", async () => {
  const file = (text: string) => [new File([text], "table.csv")];
  const kinds = async (text: string) => (await sortDropped(file(text))).map(({ kind }) => kind);
  assert.deepEqual(await kinds("name,error\na,0.2\n"), ["errors"]);
  assert.deepEqual(await kinds("\ufeffAccuracy,Name\r\n70%,a\r\n"), ["errors"]);
  assert.deepEqual(await kinds("name,kind,n,m\nerror,conv,1,2\n"), ["model"]);
});

test("a run is added beside what is shown: a sample on its platform, what is open on another", async () => {
  const { bench, engine, shownName } = setUp();
  await bench.start("");
  const { signal } = new AbortController();
  const added = bench.addRun({ id: "tpu", file: null }, signal);
  await pause();
  assert.deepEqual(engine.beside[0]?.request.platform, { id: "tpu" });
  engine.beside[0]?.settle(answerOf("AlexNet"));
  assert.equal(await added, true);
  const [sample] = bench.now.samples;
  assert.ok(sample !== undefined && (await bench.addRun(sample, signal)), "as it ships");
  assert.equal(engine.beside.length, 1);
  assert.equal(bench.now.runs.length, 2);
  assert.equal(shownName(), "AlexNet");
});

test("what cannot be priced is told, what is given up is not", async () => {
  const { bench, engine } = setUp();
  await bench.start("");
  const failed = bench.addRun({ id: "nowhere", file: null }, new AbortController().signal);
  assert.equal(await failed, false);
  assert.equal(bench.now.error?.code, "platform-unknown");
  bench.dismissError();
  const work = new AbortController();
  const given = bench.addRun({ id: "tpu", file: null }, work.signal);
  await pause();
  work.abort();
  assert.equal(await given, false);
  assert.equal(engine.beside.length, 1);
  assert.equal(bench.now.error, null);
});

test("the ninth is refused before it is priced", async () => {
  const { bench, engine } = setUp();
  await bench.start("");
  for (let time = 0; time < 8; time += 1) assert.notEqual(bench.keepRun(), null);
  assert.equal(bench.keepRun(), null);
  assert.equal(bench.now.error?.code, "runs-full");
  assert.equal(await bench.addRun({ id: "tpu", file: null }, new AbortController().signal), false);
  assert.equal(engine.beside.length, 0);
  assert.equal(bench.now.runs.length, 8);
});

test("errors from a table go to the runs that it names, and the panel is shown", async () => {
  const { bench, engine } = setUp();
  await bench.start("");
  bench.keepRun();
  bench.keepRun();
  const dropped = bench.openFiles([new File(["name,error\nAlexNet,0.4\n"], "errors.csv")]);
  await pause();
  const { verb, extra } = engine.beside[0]?.request ?? {};
  assert.equal(verb, "compare");
  assert.equal(extra?.errors, "name,error\nAlexNet,0.4\n");
  assert.deepEqual(extra?.names, [
    ["AlexNet on Eyeriss", "AlexNet"],
    ["AlexNet on Eyeriss (2)", "AlexNet"],
  ]);
  engine.beside[0]?.settle({ ok: true, errors: [0.4, null] } as never);
  await dropped;
  assert.deepEqual(
    bench.now.runs.map(({ error }) => error),
    [0.4, null],
  );
  assert.equal(bench.now.view.tab, "compare");
  assert.equal(bench.now.work, null);
});

test("models dropped with their errors are kept first", async () => {
  const { bench, engine } = setUp();
  await bench.start("");
  const table = new File(["name,error\na,0.1\n"], "errors.csv");
  const dropped = bench.openFiles([...onnx("a.onnx"), ...onnx("b.onnx"), table]);
  await pause();
  engine.answer(0, answerOf("a"));
  await pause();
  engine.answer(1, answerOf("b"));
  await pause();
  const names = engine.beside[0]?.request.extra?.names as string[][] | undefined;
  assert.deepEqual(
    names?.map(([, model]) => model),
    ["a", "b"],
  );
  engine.beside[0]?.settle({ ok: true, errors: [0.1, null] } as never);
  await dropped;
  assert.equal(bench.now.runs[0]?.error, 0.1);
});
