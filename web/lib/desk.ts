/**
 * What the page remembers at this moment, whose turn it is, and what it needs from around it.
 *
 * A later wish takes the place of an earlier one from the moment it is uttered: each takes a turn,
 * and what an earlier turn comes to is not drawn any more.
 */
import type { Opened } from "./opened.ts";
import { AT_FIRST, type PageState, type Surroundings } from "./page_state.ts";
import { told } from "./problem.ts";
import type { LinkedRun } from "./runs.ts";
import type { Around } from "./shown.ts";

export class Desk {
  readonly around: Surroundings;
  /** What is being computed, or is about to be: choices are of it. */
  wanted: Opened | null = null;
  /** The runs of a link that are yet to be priced. */
  coming: readonly LinkedRun[] = [];
  /** Answers to earlier turns than this come too late to be drawn. */
  since = 0;
  private state: PageState = AT_FIRST;
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private turns = 0;

  constructor(around: Surroundings) {
    this.around = around;
    around.engine.onStage((stage) => this.set({ stage }));
  }

  get now(): PageState {
    return this.state;
  }

  get turn(): number {
    return this.turns;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  set(change: Partial<PageState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  nextTurn(): number {
    this.since = this.nextStep();
    return this.since;
  }

  /** A next turn that what came before it may still be drawn in. */
  nextStep(): number {
    clearTimeout(this.timer);
    this.turns += 1;
    return this.turns;
  }

  /** Does something in a while, unless another turn comes first. */
  atRest(ms: number, work: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(work, ms);
  }

  /** Ends the work; controls show what is on the screen. */
  settle(change: Partial<PageState>): void {
    this.wanted = null;
    const opened = change.opened ?? this.state.opened;
    const choices = opened?.choices ?? null;
    // A link's own totals stay when nothing better came.
    const linkTotals = (change.shown ?? this.state.shown) === null ? this.state.linkTotals : null;
    this.set({ work: null, linkTotals, choices, attempt: null, ...change });
  }

  giveUp(turn: number, cause: unknown): void {
    if (turn === this.turns) this.settle({ error: told(cause) });
  }

  fail(cause: unknown): void {
    this.set({ error: told(cause) });
  }

  dismissError(): void {
    this.set({ error: null, attempt: null });
  }

  /** What a link carries beside the breakdown: what of it is still to come, too. */
  get beside(): Around {
    const { view, runs } = this.state;
    return { view, runs: [...runs, ...this.coming] };
  }
}
