/** The engine's client, with a worker that says what the test has it say. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Answer } from "../../web/lib/answer.ts";
import { Engine, type EngineSettings, type WorkerLike } from "../../web/lib/engine.ts";
import type { EstimateRequest, FromWorker, Stage, ToWorker } from "../../web/lib/protocol.ts";
import { AS_IT_IS } from "../../web/lib/what_if.ts";

class FakeWorker implements WorkerLike {
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly heard: ToWorker[] = [];
  ended = false;

  postMessage(message: ToWorker): void {
    this.heard.push(message);
  }

  terminate(): void {
    this.ended = true;
  }

  say(message: FromWorker): void {
    this.onmessage?.({ data: message } as MessageEvent<FromWorker>);
  }

  ready(): void {
    this.say({ type: "ready", notes: [] });
  }

  /** The batches it was asked about, in order. */
  get asked(): (number | null)[] {
    return this.heard.flatMap((m) => (m.type === "estimate" ? [m.request.options.batch] : []));
  }

  answerLast(ok = true): void {
    const last = this.heard.at(-1);
    assert(last?.type === "estimate");
    const text = JSON.stringify(ok ? { ok, result: last.request.options.batch } : { ok });
    this.say({ type: "answer", id: last.id, text });
  }
}

function start(settings: Partial<EngineSettings> = {}): { engine: Engine; workers: FakeWorker[] } {
  const workers: FakeWorker[] = [];
  const startWorker = () => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker;
  };
  // Short, because a boot that a test leaves unfinished keeps Node waiting for as long.
  return { engine: new Engine({ startWorker, bootLimitMs: 1000, ...settings }), workers };
}

function request(batch: number): EstimateRequest {
  const options = {
    batch,
    bits: null,
    density: null,
    weights: false,
    dataflow: null,
    objective: null,
    capacities: {},
    fuse: false,
    inputs: {},
    dims: {},
    values: {},
    ...AS_IT_IS,
  };
  return { source: { kind: "state", state: {} }, platform: {}, options };
}

/** Lets everything that waits on a settled promise go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function at<T>(list: readonly T[], index: number): T {
  const item = list.at(index);
  assert(item !== undefined, `item ${index} of ${list.length}`);
  return item;
}

const code = (answer: Answer) => (answer.ok ? "ok" : answer.error.code);

test("boots once, whoever asks, and tells its stages", async () => {
  const { engine, workers } = start();
  const stages: Stage["name"][] = [];
  engine.onStage((stage) => stages.push(stage.name));
  const boots = [engine.boot(), engine.boot()];
  await settle();
  at(workers, 0).say({ type: "stage", stage: { name: "start", text: "", fraction: null } });
  at(workers, 0).ready();
  assert.deepEqual(await Promise.all(boots), [null, null]);
  assert.equal(workers.length, 1);
  assert.deepEqual(stages, ["idle", "start", "ready"]);
});

test("a request boots the engine, and is answered with what the worker says", async () => {
  const { engine, workers } = start();
  const heard: [string, number | null][] = [];
  const answer = engine.estimate(request(3), (text, fraction) => heard.push([text, fraction]));
  await settle();
  at(workers, 0).ready();
  await settle();
  at(workers, 0).say({ type: "progress", id: 1, text: "map", fraction: 0.5 });
  at(workers, 0).answerLast();
  assert.deepEqual(await answer, { ok: true, result: 3 });
  assert.deepEqual(heard, [["map", 0.5]]);
});

test("of the requests that wait, the last one takes the place of the others", async () => {
  const { engine, workers } = start();
  const answers = [1, 2, 3].map((batch) => engine.estimate(request(batch)));
  await settle();
  at(workers, 0).ready();
  await settle();
  const later = [4, 5].map((batch) => engine.estimate(request(batch)));
  await settle();
  at(workers, 0).answerLast();
  await settle();
  at(workers, 0).answerLast();
  const codes = (await Promise.all([...answers, ...later])).map(code);
  assert.deepEqual(codes, ["superseded", "superseded", "ok", "superseded", "ok"]);
  assert.deepEqual(at(workers, 0).asked, [3, 5]);
});

test("cancelling ends the worker and boots another, which answers again", async () => {
  const { engine, workers } = start();
  const first = engine.estimate(request(1));
  await settle();
  at(workers, 0).ready();
  await settle();
  const second = engine.estimate(request(2));
  engine.cancel();
  assert.deepEqual([await first, await second].map(code), ["cancelled", "cancelled"]);
  assert.equal(at(workers, 0).ended, true);
  const third = engine.estimate(request(3));
  await settle();
  at(workers, 1).ready();
  await settle();
  at(workers, 1).answerLast();
  assert.equal(code(await third), "ok");
  assert.equal(workers.length, 2);
});

test("cancelling while it boots: the old boot's end does not disturb the new one", async () => {
  const { engine, workers } = start();
  const stages: Stage["name"][] = [];
  const first = engine.estimate(request(1));
  await settle();
  engine.onStage((stage) => stages.push(stage.name));
  engine.cancel();
  const second = engine.estimate(request(2));
  await settle();
  at(workers, 0).ready(); // of an ended worker: not heard
  at(workers, 1).ready();
  await settle();
  at(workers, 1).answerLast();
  assert.deepEqual([await first, await second].map(code), ["cancelled", "ok"]);
  assert.equal(workers.length, 2);
  assert.deepEqual(stages, ["idle", "ready"]);
});

test("counting zeros and mapping layers take as long as they go on", async (context: TestContext) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { engine, workers } = start({ requestLimitMs: 5000 });
  const answer = engine.estimate(request(1));
  await settle();
  at(workers, 0).ready();
  await settle();
  const progress = { type: "progress", id: 1, fraction: 0.5 } as const;
  for (const text of ["weights", "weights", "map", "map"]) {
    context.mock.timers.tick(4000);
    at(workers, 0).say({ ...progress, text });
  }
  context.mock.timers.tick(3000);
  at(workers, 0).say({ ...progress, text: "layers" }); // anything else is not to go on for ever
  assert.equal(at(workers, 0).ended, false);
  context.mock.timers.tick(2000);
  assert.equal(code(await answer), "time-limit");
});

test("who is out of patience has the worker started again, and loses nothing that waits", async (context: TestContext) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { engine, workers } = start();
  const first = engine.estimate(request(1));
  await settle();
  at(workers, 0).ready();
  await settle();
  const second = engine.estimate(request(2), undefined, 500);
  context.mock.timers.tick(400);
  const third = engine.estimate(request(3), undefined, 500); // does not begin to wait anew
  assert.equal(at(workers, 0).ended, false);
  context.mock.timers.tick(100);
  assert.deepEqual([await first, await second].map(code), ["superseded", "superseded"]);
  assert.equal(at(workers, 0).ended, true);
  await settle();
  at(workers, 1).ready();
  await settle();
  assert.deepEqual(at(workers, 1).asked, [3]);
  at(workers, 1).answerLast();
  assert.equal(code(await third), "ok");
});

test("patience ends with what it was with", async (context: TestContext) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { engine, workers } = start();
  const first = engine.estimate(request(1));
  await settle();
  at(workers, 0).ready();
  await settle();
  const second = engine.estimate(request(2), undefined, 500);
  at(workers, 0).answerLast();
  await first;
  await settle();
  void engine.estimate(request(3));
  context.mock.timers.tick(1000);
  assert.equal(at(workers, 0).ended, false, "the second one runs, and has all the time it needs");
  at(workers, 0).answerLast();
  assert.equal(code(await second), "ok");
  engine.end();
});

test("a request that takes too long is ended and told so", async (context: TestContext) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { engine, workers } = start({ requestLimitMs: 5000 });
  const answer = engine.estimate(request(1));
  await settle();
  at(workers, 0).ready();
  await settle();
  context.mock.timers.tick(4999);
  assert.equal(at(workers, 0).ended, false);
  context.mock.timers.tick(1);
  assert.equal(code(await answer), "time-limit");
  assert.equal(at(workers, 0).ended, true);
  await settle();
  assert.equal(workers.length, 2);
});

test("a worker that is silent while it boots is given up; a stage is a sign of life", async (context: TestContext) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { engine, workers } = start({ bootLimitMs: 1000 });
  const boot = engine.boot();
  await settle();
  context.mock.timers.tick(900);
  at(workers, 0).say({ type: "stage", stage: { name: "download", text: "", fraction: 0.5 } });
  context.mock.timers.tick(900);
  assert.equal(at(workers, 0).ended, false);
  context.mock.timers.tick(100);
  assert.equal((await boot)?.code, "boot-silent");
  assert.equal(at(workers, 0).ended, true);
});

test("without the policy it waits for it once, and starts again under it", async () => {
  const { engine, workers } = start({ policyComes: async () => true });
  const error = { code: "policy-missing", message: "m", remedy: "r" };
  const boot = engine.boot();
  await settle();
  at(workers, 0).say({ type: "failed", error });
  await settle();
  at(workers, 1).ready();
  assert.equal(await boot, null);
  assert.equal(at(workers, 0).ended, true);
});

test("where the policy never comes, the engine fails and says so; a later request tries again", async () => {
  const { engine, workers } = start({ policyComes: async () => false });
  const stages: string[] = [];
  engine.onStage((stage) => stages.push(stage.text));
  const error = { code: "policy-missing", message: "not in force", remedy: "r" };
  const answer = engine.estimate(request(1));
  await settle();
  at(workers, 0).say({ type: "failed", error });
  assert.equal(code(await answer), "policy-missing");
  assert.equal(stages.at(-1), "not in force");
  const again = engine.estimate(request(1));
  await settle();
  at(workers, 1).ready();
  await settle();
  at(workers, 1).answerLast();
  assert.equal(code(await again), "ok");
});

test("Python gone wrong in the middle of a request is told, and started anew", async () => {
  const { engine, workers } = start();
  const answer = engine.estimate(request(1));
  await settle();
  at(workers, 0).ready();
  await settle();
  at(workers, 0).say({
    type: "failed",
    error: { code: "engine-stopped", message: "m", remedy: "r" },
  });
  assert.equal(code(await answer), "engine-stopped");
  await settle();
  assert.equal(workers.length, 2);
});
