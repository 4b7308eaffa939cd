/**
 * The engine as the page sees it: boot it, ask it, cancel it.
 *
 * Python runs in a worker, one request at a time. A request that has not begun is replaced by a
 * later one, so that turning a dial quickly asks for the last setting only. Cancelling ends the
 * worker and boots a new one, because running Python can't be interrupted from outside.
 */
import type { Answer } from "./answer.ts";
import {
  COUNTING,
  type EngineError,
  type EstimateRequest,
  type FromWorker,
  MAPPING,
  NO_POLICY,
  type Stage,
  type ToWorker,
} from "./protocol.ts";

/** Told of the work on one request, in words, with how much is done (0 to 1) where known. */
export type Progress = (text: string, fraction: number | null) => void;

/** The part of `Worker` that the engine uses; a test gives its own. */
export interface WorkerLike {
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: ToWorker): void;
  terminate(): void;
}

export interface EngineSettings {
  /** Starts the worker. */
  readonly startWorker: () => WorkerLike;
  /** Resolves once a worker started from now on gets the page's policy; false when none will. */
  readonly policyComes?: () => Promise<boolean>;
  /** Boot fails when the worker has been silent for this long. */
  readonly bootLimitMs?: number;
  /** A request fails when it has run for this long, or one step of it. */
  readonly requestLimitMs?: number;
}

interface Job {
  readonly id: number;
  readonly request: EstimateRequest;
  readonly progress: Progress | undefined;
  readonly limitMs: number;
  readonly settle: (answer: Answer) => void;
}

/** Work that says of each step that it is done. */
const STEPWISE = new Set([COUNTING, MAPPING]);

const IDLE: Stage = { name: "idle", text: "The engine is not started", fraction: null };

export class Engine {
  /** What was not as planned at the last boot; one sentence each. */
  notes: readonly string[] = [];

  private readonly settings: Required<EngineSettings>;
  private readonly listeners = new Set<(stage: Stage) => void>();
  private worker: WorkerLike | null = null;
  private booting: Promise<EngineError | null> | null = null;
  private bootDone: ((error: EngineError | null) => void) | null = null;
  private running: Job | null = null;
  private waiting: Job | null = null;
  private clock: ReturnType<typeof setTimeout> | undefined;
  private patientWith: Job | null = null;
  private lastId = 0;
  private stage: Stage = IDLE;

  constructor(settings: EngineSettings) {
    this.settings = {
      policyComes: async () => false,
      bootLimitMs: 60_000,
      requestLimitMs: 60_000,
      ...settings,
    };
  }

  /** Calls `listener` now and at every change of stage; returns how to stop that. */
  onStage(listener: (stage: Stage) => void): () => void {
    this.listeners.add(listener);
    listener(this.stage);
    return () => this.listeners.delete(listener);
  }

  /** Starts the engine unless it is started; returns why it did not start, or null. */
  boot(): Promise<EngineError | null> {
    this.booting ??= this.bootUnderPolicy();
    return this.booting;
  }

  /**
   * Answers one request; never rejects: what went wrong is an answer with `ok: false`.
   *
   * `patienceMs` is how long it waits for an earlier one to end; then the worker is started again.
   */
  async estimate(
    request: EstimateRequest,
    progress?: Progress,
    patienceMs: number | null = null,
  ): Promise<Answer> {
    return new Promise((settle) => {
      this.lastId += 1;
      this.waiting?.settle(refusal(SUPERSEDED));
      const limitMs = this.settings.requestLimitMs;
      this.waiting = { id: this.lastId, request, progress, limitMs, settle };
      if (patienceMs !== null && this.running !== null) this.waitFor(this.running, patienceMs);
      void this.next();
    });
  }

  /** Ends the worker when a job still runs after a while; what waits goes to a fresh one. */
  private waitFor(job: Job, patienceMs: number): void {
    if (this.patientWith === job) return;
    this.patientWith = job;
    setTimeout(() => {
      if (this.running !== job || this.waiting === null) return;
      this.running = null;
      this.stop();
      this.booting = null;
      job.settle(refusal(SUPERSEDED));
      void this.next();
    }, patienceMs);
  }

  /** Gives up what is running and waiting, and boots a fresh engine. */
  cancel(): void {
    this.drop(CANCELLED);
    void this.boot();
  }

  /** Gives up what is running and waiting, and starts nothing until it is asked again. */
  end(): void {
    this.drop(CANCELLED);
  }

  private async next(): Promise<void> {
    const booting = this.boot();
    const error = await booting;
    if (this.booting !== booting) {
      // Cancelled meanwhile: what waits now waits for another boot.
      if (this.waiting !== null) void this.next();
      return;
    }
    if (error !== null) {
      this.waiting?.settle(refusal(error));
      this.waiting = null;
      this.booting = null; // the next request tries again
      return;
    }
    const job = this.waiting;
    if (this.running !== null || job === null || this.worker === null) return;
    this.running = job;
    this.waiting = null;
    this.worker.postMessage({ type: "estimate", id: job.id, request: job.request });
    this.limit(job);
  }

  private limit(job: Job): void {
    this.setClock(job.limitMs, () => {
      this.drop(timeLimit(job.limitMs));
      void this.boot();
    });
  }

  private async bootUnderPolicy(): Promise<EngineError | null> {
    let error = await this.bootOnce();
    if (error?.code === NO_POLICY && (await this.settings.policyComes())) {
      error = await this.bootOnce();
    }
    if (error !== null && error !== CANCELLED)
      this.tell({ name: "failed", text: error.message, fraction: null });
    return error;
  }

  private bootOnce(): Promise<EngineError | null> {
    this.stop();
    return new Promise((resolve) => {
      this.bootDone = (error) => {
        this.bootDone = null;
        clearTimeout(this.clock);
        if (error !== null) this.stop();
        resolve(error);
      };
      const worker = this.settings.startWorker();
      this.worker = worker;
      worker.onmessage = (event) => {
        if (this.worker === worker) this.hear(event.data);
      };
      worker.onerror = () => {
        if (this.worker === worker) this.hear({ type: "failed", error: BROKEN });
      };
      worker.postMessage({ type: "boot" });
      this.awaitBoot();
    });
  }

  private awaitBoot(): void {
    this.setClock(this.settings.bootLimitMs, () => this.bootDone?.(SILENT));
  }

  private hear(message: FromWorker): void {
    switch (message.type) {
      case "stage":
        if (this.bootDone !== null) this.awaitBoot();
        this.tell(message.stage);
        return;
      case "ready":
        this.notes = message.notes;
        this.tell({ name: "ready", text: "Ready", fraction: null });
        this.bootDone?.(null);
        return;
      case "failed":
        if (this.bootDone !== null) this.bootDone(message.error);
        else {
          this.drop(message.error);
          void this.boot();
        }
        return;
      case "progress":
        if (this.running?.id === message.id) {
          // Counting takes as long as the file is large, mapping as long as there are layers: their
          // limit is from one step to the next.
          if (STEPWISE.has(message.text)) this.limit(this.running);
          this.running.progress?.(message.text, message.fraction);
        }
        return;
      case "answer":
        this.finish(message.id, message.text);
    }
  }

  private finish(id: number, text: string): void {
    const job = this.running;
    if (job === null || job.id !== id) return;
    this.running = null;
    clearTimeout(this.clock);
    job.settle(JSON.parse(text) as Answer);
    if (this.waiting !== null) void this.next();
  }

  /** Ends the worker and answers everything unanswered with `error`. */
  private drop(error: EngineError): void {
    const jobs = [this.running, this.waiting];
    this.running = null;
    this.waiting = null;
    this.stop();
    const bootDone = this.bootDone;
    this.bootDone = null;
    this.booting = null;
    bootDone?.(error);
    for (const job of jobs) job?.settle(refusal(error));
  }

  private stop(): void {
    clearTimeout(this.clock);
    this.worker?.terminate();
    this.worker = null;
  }

  private setClock(limitMs: number, done: () => void): void {
    clearTimeout(this.clock);
    this.clock = setTimeout(done, limitMs);
  }

  private tell(stage: Stage): void {
    this.stage = stage;
    for (const listener of this.listeners) listener(stage);
  }
}

export function refusal(error: EngineError): Answer {
  return { ok: false, error };
}

function timeLimit(limitMs: number): EngineError {
  return {
    code: "time-limit",
    message: `The estimate was stopped: it ran for more than ${Math.round(limitMs / 1000)} s.`,
    remedy: "Try a smaller batch, or use the terminal: python -m py.estimate.",
  };
}

export const CANCELLED: EngineError = {
  code: "cancelled",
  message: "The estimate was cancelled.",
  remedy: "Start it again when you like.",
};

const SUPERSEDED: EngineError = {
  code: "superseded",
  message: "A later request took this one's place.",
  remedy: "Nothing needs to be done.",
};

const SILENT: EngineError = {
  code: "boot-silent",
  message: "The engine did not start in time.",
  remedy: "Reload the page. If it happens again, the browser may refuse WebAssembly here.",
};

const BROKEN: EngineError = {
  code: "boot-script",
  message: "The engine's script could not be loaded.",
  remedy: "Check the connection and reload the page.",
};
