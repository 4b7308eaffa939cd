/**
 * Two engines: one answers, one maps anew behind it.
 *
 * A dial that is being turned asks the one in front, which re-evaluates the mappings it last found
 * and searches for none. The one behind, started when it is first needed, searches; when it has
 * found, it knows the newest mappings, and the two change places. So neither waits for the other,
 * and what runs in vain stands in nobody's way. A third, there only while it is needed, answers what
 * is asked beside: a curve over batches, a comparison.
 */
import type { Answer } from "./answer.ts";
import { CANCELLED, Engine, type EngineSettings, type Progress, refusal } from "./engine.ts";
import type { EngineLike } from "./page_state.ts";
import type { EngineError, EstimateRequest, Stage } from "./protocol.ts";

/** How long work that nobody waits for any more may go on: about what a new start takes. */
const PATIENCE_MS = 1500;

/** How long the engine beside is kept for a next question. */
const REST_MS = 60_000;

export class Engines implements EngineLike {
  private readonly settings: EngineSettings;
  private readonly listeners = new Set<(stage: Stage) => void>();
  private readonly stages = new WeakMap<Engine, Stage>();
  private front: Engine;
  private behind: Engine | null = null;
  private beside: Engine | null = null;
  private asked: Promise<unknown> = Promise.resolve();
  private rest: ReturnType<typeof setTimeout> | undefined;

  constructor(settings: EngineSettings) {
    this.settings = settings;
    this.front = this.made();
  }

  /** Calls `listener` now and at every change of stage of the engine in front. */
  onStage(listener: (stage: Stage) => void): () => void {
    this.listeners.add(listener);
    const stage = this.stages.get(this.front);
    if (stage !== undefined) listener(stage);
    return () => this.listeners.delete(listener);
  }

  boot(): Promise<EngineError | null> {
    return this.front.boot();
  }

  /** Starts the engine behind, so that the first search need not wait for it. */
  prepare(): void {
    this.behind ??= this.made();
    void this.behind.boot();
  }

  /** Answers about what was last wished for: what runs for an earlier wish is soon ended. */
  estimate(request: EstimateRequest, progress?: Progress): Promise<Answer> {
    return this.front.estimate(request, progress, PATIENCE_MS);
  }

  /** Answers with the mappings last found; of requests that wait, the last one counts. */
  held(request: EstimateRequest): Promise<Answer> {
    return this.front.estimate({ ...request, mappings: "held" });
  }

  /** Maps anew, behind. */
  async remap(request: EstimateRequest, progress?: Progress): Promise<Answer> {
    this.behind ??= this.made();
    const { behind } = this;
    const answer = await behind.estimate(request, progress, PATIENCE_MS);
    if (answer.ok && this.behind === behind) {
      this.behind = this.front;
      this.front = behind;
    }
    return answer;
  }

  /** Answers beside the others, one question after the other; gives up at once when aborted. */
  ask(request: EstimateRequest, signal: AbortSignal, progress?: Progress): Promise<Answer> {
    const answer = this.asked.then(async () => {
      if (signal.aborted) return refusal(CANCELLED);
      clearTimeout(this.rest);
      this.beside ??= this.made();
      const stop = () => this.endBeside();
      signal.addEventListener("abort", stop, { once: true });
      const answer = await this.beside.estimate(request, progress);
      signal.removeEventListener("abort", stop);
      this.rest = setTimeout(() => this.endBeside(), REST_MS);
      return answer;
    });
    this.asked = answer;
    return answer;
  }

  private endBeside(): void {
    this.beside?.end();
    this.beside = null;
  }

  /** Gives up whatever runs. */
  cancel(): void {
    this.front.cancel();
    this.cancelRemap();
  }

  /** Gives up what is searched behind; the next search starts an engine for itself. */
  cancelRemap(): void {
    this.behind?.end();
    this.behind = null;
  }

  private made(): Engine {
    const engine = new Engine(this.settings);
    engine.onStage((stage) => {
      this.stages.set(engine, stage);
      if (engine === this.front) for (const listener of this.listeners) listener(stage);
    });
    return engine;
  }
}
