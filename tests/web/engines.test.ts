/** Two engines: one in front answers, one behind maps, and they change places. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Answer } from "../../web/lib/answer.ts";
import type { WorkerLike } from "../../web/lib/engine.ts";
import { Engines } from "../../web/lib/engines.ts";
import { PLAIN } from "../../web/lib/opened.ts";
import type { EstimateRequest, FromWorker, ToWorker } from "../../web/lib/protocol.ts";

class QuickWorker implements WorkerLike {
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly asked: EstimateRequest[] = [];
  ended = false;
  private open: number | null = null;

  postMessage(message: ToWorker): void {
    if (message.type === "boot") this.say({ type: "ready", notes: [] });
    else {
      this.asked.push(message.request);
      this.open = message.id;
    }
  }
  terminate(): void {
    this.ended = true;
  }
  answer(ok = true): void {
    const error = { code: "no", message: "", remedy: "" };
    const text = JSON.stringify(ok ? { ok } : { ok, error });
    this.say({ type: "answer", id: this.open ?? 0, text });
  }
  private say(data: FromWorker): void {
    queueMicrotask(() => this.onmessage?.({ data } as MessageEvent<FromWorker>));
  }
}

function start() {
  const workers: QuickWorker[] = [];
  const engines = new Engines({
    startWorker: () => {
      workers.push(new QuickWorker());
      return worker(workers.length - 1);
    },
  });
  const worker = (index: number): QuickWorker => {
    const found = workers[index];
    assert(found !== undefined, `a worker ${index}`);
    return found;
  };
  return { engines, workers, worker };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const request = (batch: number): EstimateRequest => {
  const { batch: _, platform, zeros, setZeros, given, whatIf, ...options } = PLAIN;
  return {
    source: { kind: "state", state: {} },
    platform: {},
    options: { ...options, ...whatIf, ...given, batch, density: null },
  };
};
const batches = (asked: readonly EstimateRequest[]) =>
  asked.map(({ options, mappings }) => [options.batch, mappings ?? "new"]);
const isOk = async (answer: Promise<Answer>) => (await answer).ok;

test("the second engine is started when something is to be mapped behind, or made ready", async () => {
  const { engines, workers, worker } = start();
  const first = engines.estimate(request(1));
  await settle();
  worker(0).answer();
  assert.equal(await isOk(first), true);
  assert.equal(workers.length, 1);
  engines.prepare();
  engines.prepare();
  await settle();
  assert.equal(workers.length, 2);
});

test("held answers come from the one in front while the other maps", async () => {
  const { engines, worker } = start();
  const mapped = engines.remap(request(2));
  const first = engines.held(request(3));
  await settle();
  assert.deepEqual(batches(worker(0).asked), [[2, "new"]]);
  assert.deepEqual(batches(worker(1).asked), [[3, "held"]]);
  worker(1).answer();
  assert.equal(await isOk(first), true);
  worker(0).answer();
  assert.equal(await isOk(mapped), true);
});

test("who has mapped is in front from then on", async () => {
  const { engines, worker } = start();
  const first = engines.estimate(request(1));
  await settle();
  worker(0).answer();
  await first;
  const mapped = engines.remap(request(2));
  await settle();
  worker(1).answer();
  await mapped;
  void engines.held(request(3));
  void engines.remap(request(4));
  await settle();
  assert.deepEqual(batches(worker(1).asked), [
    [2, "new"],
    [3, "held"],
  ]);
  assert.deepEqual(batches(worker(0).asked), [
    [1, "new"],
    [4, "new"],
  ]);
  engines.cancel();
});

test("who has failed stays behind; giving up ends it and leaves the other alone", async () => {
  const { engines, worker, workers } = start();
  await engines.boot();
  const failed = engines.remap(request(2));
  await settle();
  worker(1).answer(false);
  assert.equal(await isOk(failed), false);
  const given = engines.remap(request(3));
  await settle();
  engines.cancelRemap();
  assert.equal(await isOk(given), false);
  assert.deepEqual(
    workers.map(({ ended }) => ended),
    [false, true],
  );
  void engines.held(request(4));
  await settle();
  assert.deepEqual(batches(worker(0).asked), [[4, "held"]]);
  engines.cancel();
});

test("a model opened while another is worked on waits no longer than a new start takes", async (context: TestContext) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const { engines, worker, workers } = start();
  const first = engines.estimate(request(1)); // would take minutes
  await settle();
  const second = engines.estimate(request(2));
  await settle();
  assert.deepEqual(batches(worker(0).asked), [[1, "new"]]);
  context.mock.timers.tick(1500);
  assert.equal(await isOk(first), false);
  await settle();
  assert.deepEqual(
    workers.map(({ ended }) => ended),
    [true, false],
  );
  assert.deepEqual(batches(worker(1).asked), [[2, "new"]]);
  worker(1).answer();
  assert.equal(await isOk(second), true);
});

test("stages are those of the one in front", async () => {
  const { engines } = start();
  const stages: string[] = [];
  engines.onStage(({ name }) => stages.push(name));
  await engines.boot();
  engines.prepare();
  await settle();
  assert.deepEqual(stages, ["idle", "ready"]);
});
