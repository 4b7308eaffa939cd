/**
 * The page's memory: what is open, what is shown, what is being worked on, what went wrong.
 *
 * Knows no DOM. A new breakdown replaces the shown one only when it is complete; until then, and
 * after an error or a cancel, the last good one stays and the controls go back to what it shows.
 */
import type { Answer } from "./answer.ts";
import { sortDropped } from "./dropped.ts";
import { decodeLink, looksLikeLink } from "./link.ts";
import {
  type Choices,
  isAsShipped,
  type Opened,
  openedFiles,
  openedLink,
  openedSample,
  requestFor,
  withCompanions,
  withDensity,
} from "./opened.ts";
import { AT_FIRST, type PageState, type Surroundings } from "./page_state.ts";
import { Problem, told } from "./problem.ts";
import { attemptAfter } from "./question_form.ts";
import type { Given } from "./questions.ts";
import { answerPath, asSamples, densityPath, FIRST_SAMPLE, type Sample } from "./samples.ts";
import { linkTotals, shownFrom } from "./shown.ts";

const PLATFORM_PATH = "accelerators/eyeriss.json";
/** Answers that need no words: the user asked for them, or a newer request follows. */
const SILENT = new Set(["cancelled", "superseded"]);

export class Workbench {
  private state: PageState = AT_FIRST;
  private readonly around: Surroundings;
  private readonly listeners = new Set<() => void>();
  private readonly fetched = new Map<string, Promise<unknown>>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;

  constructor(around: Surroundings) {
    this.around = around;
    around.engine.onStage((stage) => this.set({ stage }));
  }

  get now(): PageState {
    return this.state;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Shows what the address says, else the first sample; does not need the engine yet. */
  async start(fragment: string): Promise<void> {
    const samples = this.json("models/index.json").then(asSamples);
    samples.then((list) => this.set({ samples: list })).catch((cause) => this.fail(cause));
    if (looksLikeLink(fragment) && (await this.openFragment(fragment))) return;
    await samples.catch(() => []);
    // Unless the user was quicker.
    if (this.turn === 0) await this.openFirst();
  }

  private async openFirst(): Promise<void> {
    const first = this.state.samples.find((sample) => sample.id === FIRST_SAMPLE);
    if (first !== undefined) await this.openSample(first, false);
  }

  /** Starts Python; an error is told. */
  async boot(): Promise<void> {
    const error = await this.around.engine.boot();
    if (error !== null && !SILENT.has(error.code) && this.state.work === null) this.set({ error });
  }

  /** Opens a link; returns whether it could be decoded. */
  async openFragment(fragment: string): Promise<boolean> {
    try {
      const state = await decodeLink(fragment);
      this.set({ linkTotals: linkTotals(state), error: null });
      void this.run(openedLink(state), this.nextTurn());
      return true;
    } catch (cause) {
      this.fail(cause);
      return false;
    }
  }

  /** Opens a sample; the page's own first one leaves address and error as they are. */
  async openSample(sample: Sample, inAddress = true): Promise<void> {
    if (inAddress) this.dismissError();
    const turn = this.nextTurn();
    try {
      const path = densityPath(sample);
      const opened = openedSample(sample, path === null ? null : await this.json(path));
      await this.run(opened, turn, inAddress);
    } catch (cause) {
      this.giveUp(turn, cause);
    }
  }

  /** Opens what was dropped or chosen. */
  async openFiles(files: readonly File[]): Promise<void> {
    this.dismissError();
    const turn = this.nextTurn();
    try {
      const found = await sortDropped(files);
      let next: Opened | null = this.state.opened;
      for (const item of found) {
        if (item.kind === "model") next = this.openedOrCompleted(item.files);
        else if (item.kind === "state") next = openedLink(item.state);
      }
      for (const item of found) {
        if (item.kind === "density") next = withDensity(fileOrSample(next), item.density);
        else if (item.kind === "platform" && next !== null)
          next = { ...next, platform: item.platform };
      }
      if (next !== null && found.length > 0) await this.run(next, turn);
    } catch (cause) {
      this.giveUp(turn, cause);
    }
  }

  /** A model of these files; the open one with them, where it lacks weights in files so named. */
  private openedOrCompleted(files: readonly File[]): Opened {
    const { opened, shown } = this.state;
    const missing = shown?.result.notes.find(({ code }) => code === "weights-unknown")?.text ?? "";
    const asked = (file: File) => missing.includes(`${file.name}' is not there`);
    return opened !== null && opened.source.kind === "file" && files.every(asked)
      ? withCompanions(opened, files)
      : openedFiles(files);
  }

  /** Changes a control; computes when the dials have been at rest for a moment. */
  choose(change: Partial<Choices>): void {
    const { opened, choices } = this.state;
    if (opened === null || choices === null) return;
    const next = { ...choices, ...change };
    this.set({ choices: next, error: null, attempt: null });
    this.runAtRest({ ...opened, choices: next });
  }

  /** Answers what a file leaves open: the one shown, or the one whose answers did not fit. */
  give(given: Given): void {
    const { attempt } = this.state;
    if (attempt === null) {
      this.choose({ given });
      return;
    }
    const opened = { ...attempt.opened, choices: { ...attempt.opened.choices, given } };
    this.set({ attempt: { ...attempt, opened }, error: null });
    this.runAtRest(opened);
  }

  private runAtRest(opened: Opened): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => void this.run(opened, this.nextTurn()),
      this.around.debounceMs ?? 250,
    );
  }

  /** Gives up what is being computed. */
  cancel(): void {
    this.nextTurn();
    this.around.engine.cancel();
    this.settle({});
  }

  dismissError(): void {
    this.set({ error: null, attempt: null });
  }

  /** A later wish takes the place of an earlier one from the moment it is uttered. */
  private nextTurn(): number {
    clearTimeout(this.timer);
    this.turn += 1;
    return this.turn;
  }

  private async run(opened: Opened, turn: number, inAddress = true): Promise<void> {
    if (turn !== this.turn) return;
    const report = (text: string, fraction: number | null) => {
      if (turn === this.turn) this.set({ work: { title: opened.title, text, fraction } });
    };
    try {
      report("Opening", null);
      this.set({ choices: opened.choices });
      const answer = await this.answer(opened, report);
      if (turn !== this.turn) return;
      if (!answer.ok) {
        this.settle(
          SILENT.has(answer.error.code)
            ? {}
            : { error: answer.error, attempt: attemptAfter(opened, answer.questions, this.state) },
        );
        if (answer.error.code === "link-invalid" && this.state.shown === null) {
          this.set({ linkTotals: null }); // there is nothing in it to be shown
          await this.openFirst();
        }
        return;
      }
      const shown = await shownFrom(answer, opened.platform, this.around.baseLength);
      if (turn !== this.turn) return;
      this.settle({ opened, shown });
      if (inAddress) this.around.setFragment(shown.fragment);
    } catch (cause) {
      this.giveUp(turn, cause);
    }
  }

  private async answer(opened: Opened, report: (text: string, fraction: number | null) => void) {
    if (opened.sample !== null && isAsShipped(opened)) {
      const shipped = await this.json(answerPath(opened.sample)).catch(() => null);
      if (shipped !== null) return shipped as Answer;
    }
    const platform = await this.json(PLATFORM_PATH);
    if (this.state.stage.name !== "ready") report("Waiting for the engine", null);
    return this.around.engine.estimate(requestFor(opened, platform), report);
  }

  /** Ends the work; controls show what is on the screen. */
  private settle(change: Partial<PageState>): void {
    const opened = change.opened ?? this.state.opened;
    const choices = opened?.choices ?? null;
    // A link's own totals stay when nothing better came.
    const linkTotals = (change.shown ?? this.state.shown) === null ? this.state.linkTotals : null;
    this.set({ work: null, linkTotals, choices, attempt: null, ...change });
  }

  private giveUp(turn: number, cause: unknown): void {
    if (turn === this.turn) this.settle({ error: told(cause) });
  }

  private fail(cause: unknown): void {
    this.set({ error: told(cause) });
  }

  private set(change: Partial<PageState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  private json(path: string): Promise<unknown> {
    const known = this.fetched.get(path);
    if (known !== undefined) return known;
    const coming = this.around.fetchJson(path);
    this.fetched.set(path, coming);
    coming.catch(() => this.fetched.delete(path)); // ask again next time
    return coming;
  }
}

function fileOrSample(opened: Opened | null): Opened {
  if (opened !== null && opened.source.kind !== "state") return opened;
  throw new Problem(
    "density-without-model",
    "Zero fractions need the model that they belong to; a link holds its own.",
    "Drop the model and its zero fractions together.",
  );
}
