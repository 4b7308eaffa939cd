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
  choicesOn,
  isAsShipped,
  isElsewhere,
  type Opened,
  onSamePlatform,
  openedLink,
  openedSample,
  requestFor,
} from "./opened.ts";
import { openedFrom } from "./opening.ts";
import { AT_FIRST, type PageState, type Surroundings, type Work } from "./page_state.ts";
import { Places } from "./places.ts";
import {
  asPlatforms,
  type ChosenPlatform,
  DEFAULT_PATH,
  DEFAULT_PLATFORM,
  entryOf,
  isSamePlatform,
  PLATFORMS_PATH,
  platformPath,
} from "./platforms.ts";
import { told } from "./problem.ts";
import { type EstimateRequest, LAYERS, MAPPING, type Source } from "./protocol.ts";
import { attemptAfter } from "./question_form.ts";
import type { Given } from "./questions.ts";
import { isMapped } from "./result.ts";
import { answerPath, asSamples, densityPath, FIRST_SAMPLE, type Sample } from "./samples.ts";
import { linkTotals, type Shown, shownFrom } from "./shown.ts";

/** Where a breakdown goes in the address: to a new place, to the one where one is, or nowhere. */
type Place = "new" | "same" | null;

/** Answers that need no words: the user asked for them, or a newer request follows. */
const SILENT = new Set(["cancelled", "superseded"]);

export class Workbench {
  private state: PageState = AT_FIRST;
  private readonly around: Surroundings;
  private readonly listeners = new Set<() => void>();
  private readonly fetched = new Map<string, Promise<unknown>>();
  private readonly places = new Places();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;
  /** Answers to earlier turns than this come too late to be drawn. */
  private since = 0;
  /** What the engine has found mappings for. */
  private mapped: Source | null = null;

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
    this.json(DEFAULT_PATH).catch(() => null); // it will be asked for
    this.json(PLATFORMS_PATH)
      .then((list) => this.set({ platforms: asPlatforms(list) }))
      .catch((cause) => this.fail(cause));
    if (looksLikeLink(fragment) && (await this.openFragment(fragment))) return;
    await samples.catch(() => []);
    // Unless the user was quicker.
    if (this.turn === 0) await this.openFirst();
  }

  private async openFirst(): Promise<void> {
    const first = this.state.samples.find((sample) => sample.id === FIRST_SAMPLE);
    if (first !== undefined) await this.openSample(first, null);
  }

  /** Starts Python; an error is told. */
  async boot(): Promise<void> {
    const error = await this.around.engine.boot();
    if (error !== null && !SILENT.has(error.code) && this.state.work === null) this.set({ error });
  }

  /** Goes where the address says: back to what was shown there, else to what the link holds. */
  async goTo(fragment: string): Promise<void> {
    const known = this.places.find(fragment);
    if (known !== null) {
      this.dismissError();
      await this.run(known, this.nextTurn(), "same");
    } else if (looksLikeLink(fragment)) {
      await this.openFragment(fragment);
    } else if (fragment === "") {
      await this.openFirst(); // left before it was shown
    }
  }

  /** Opens a link; returns whether it could be decoded. */
  async openFragment(fragment: string): Promise<boolean> {
    try {
      const state = await decodeLink(fragment);
      this.set({ linkTotals: linkTotals(state), error: null });
      void this.run(openedLink(state), this.nextTurn(), "same");
      return true;
    } catch (cause) {
      this.fail(cause);
      return false;
    }
  }

  /** Opens a sample; the page's own first one leaves address and error as they are. */
  async openSample(sample: Sample, place: Place = "new"): Promise<void> {
    if (place !== null) this.dismissError();
    const turn = this.nextTurn();
    try {
      const path = densityPath(sample);
      const opened = openedSample(sample, path === null ? null : await this.json(path));
      await this.run(onSamePlatform(opened, this.state.choices), turn, place);
    } catch (cause) {
      this.giveUp(turn, cause);
    }
  }

  /** Opens what was dropped or chosen. */
  async openFiles(files: readonly File[]): Promise<void> {
    this.dismissError();
    const turn = this.nextTurn();
    try {
      const next = openedFrom(await sortDropped(files), this.state);
      if (next !== null) await this.run(next, turn);
    } catch (cause) {
      this.giveUp(turn, cause);
    }
  }

  /** Prices what is shown on another platform. */
  choosePlatform(platform: ChosenPlatform): void {
    this.choose(choicesOn(platform));
  }

  /** Forgets the platform of the user's own. */
  removeOwnPlatform(): void {
    const { own, choices } = this.state;
    this.set({ own: null });
    if (own !== null && choices !== null && isSamePlatform(choices.platform, own))
      this.choosePlatform(DEFAULT_PLATFORM);
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

  /** Turns a dial: draws what the mappings known by now cost, and maps anew once it is still. */
  slide(change: Partial<Choices>): void {
    const { opened, choices } = this.state;
    if (opened === null || choices === null) return;
    const next = { ...opened, choices: { ...choices, ...change } };
    clearTimeout(this.timer);
    this.turn += 1; // and what the dial was at before may still be drawn
    const { turn } = this;
    this.set({ choices: next.choices, error: null, attempt: null, work: this.searching(next) });
    const drawn = this.redraw(next, turn);
    const search = () => void drawn.then(() => this.remap(next, turn));
    this.timer = setTimeout(search, this.around.stillMs ?? 150);
  }

  private async redraw(opened: Opened, turn: number): Promise<void> {
    try {
      const { engine } = this.around;
      const answer = await engine.held(await this.request(opened));
      if (turn < this.since) return; // something later is on the screen
      if (!answer.ok) {
        if (turn === this.turn && !SILENT.has(answer.error.code)) {
          this.nextTurn(); // nor is it mapped anew
          this.settle({ error: answer.error });
        }
        return;
      }
      const shown = await this.shown(answer, opened);
      if (turn < this.since) return;
      this.since = turn;
      if (shown.provisional || turn !== this.turn) {
        this.set({ opened, shown });
      } else {
        this.nextTurn(); // there is nothing to be found
        this.settleIn("same", opened, shown);
      }
    } catch (cause) {
      this.giveUp(turn, cause);
    }
  }

  private async remap(opened: Opened, turn: number): Promise<void> {
    if (turn !== this.turn) return;
    try {
      const { engine } = this.around;
      const request = await this.request(opened);
      const told = (_: string, fraction: number | null) => {
        if (turn === this.turn) this.set({ work: this.searching(opened, fraction) });
      };
      // What maps nothing is as quick where it is.
      const answer = await (this.isTimed
        ? engine.estimate(request, told)
        : engine.remap(request, told));
      if (turn !== this.turn) return;
      if (!answer.ok) {
        this.nextTurn();
        this.settle(SILENT.has(answer.error.code) ? {} : { error: answer.error });
        return;
      }
      const shown = await this.shown(answer, opened);
      if (turn !== this.turn) return;
      this.nextTurn();
      this.settleIn("same", opened, shown);
    } catch (cause) {
      this.giveUp(turn, cause);
    }
  }

  private searching({ title }: Opened, fraction: number | null = null): Work {
    const ready = this.isTimed ? LAYERS : MAPPING;
    const text = this.state.stage.name === "ready" ? ready : "Waiting for the engine";
    return { title, text, fraction, behind: true };
  }

  /** Makes ready for dials: has a breakdown mapped that came with the page, and starts what maps. */
  warm(): void {
    const { opened, work, stage } = this.state;
    if (opened === null || work !== null || stage.name !== "ready" || this.isTimed) return;
    this.around.engine.prepare();
    if (this.mapped === opened.source) return;
    this.mapped = opened.source;
    this.request(opened)
      .then((request) => this.around.engine.estimate(request))
      .catch(() => undefined); // a dial will tell
  }

  /** Whether the breakdown shown is of a platform that nothing is mapped onto. */
  private get isTimed(): boolean {
    const { shown } = this.state;
    return shown !== null && !isMapped(shown.result.platform);
  }

  private runAtRest(opened: Opened): void {
    const turn = this.nextTurn();
    this.timer = setTimeout(() => void this.run(opened, turn), this.around.debounceMs ?? 250);
  }

  /** Gives up what is being computed. */
  cancel(): void {
    this.nextTurn();
    const { work, shown } = this.state;
    if (work?.behind === true && shown?.provisional === true) this.around.engine.cancelRemap();
    else this.around.engine.cancel();
    this.settle({});
  }

  dismissError(): void {
    this.set({ error: null, attempt: null });
  }

  /** A later wish takes the place of an earlier one from the moment it is uttered. */
  private nextTurn(): number {
    clearTimeout(this.timer);
    this.turn += 1;
    this.since = this.turn;
    return this.turn;
  }

  private async run(opened: Opened, turn: number, place: Place = "new"): Promise<void> {
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
      const shown = await this.shown(answer, opened);
      if (turn !== this.turn) return;
      this.settleIn(place, opened, shown);
    } catch (cause) {
      this.giveUp(turn, cause);
    }
  }

  /** Shows a breakdown, and notes where it is: in the address, and to come back to. */
  private settleIn(place: Place, opened: Opened, shown: Shown): void {
    const { fragment } = shown;
    const { platform } = opened.choices;
    // Dials change the place where one is; what no link can name is no place to come back from.
    const elsewhere = fragment !== null && isElsewhere(this.state.opened, opened);
    this.settle({ opened, shown, ...(platform.file === null ? {} : { own: platform }) });
    if (place !== null) this.around.setFragment(fragment, elsewhere ? place : "same");
    this.places.note(place === null ? "" : (fragment ?? ""), opened);
  }

  private async answer(opened: Opened, report: (text: string, fraction: number | null) => void) {
    if (opened.sample !== null && isAsShipped(opened)) {
      const shipped = await this.json(answerPath(opened.sample)).catch(() => null);
      if (shipped !== null) return shipped as Answer;
    }
    const request = await this.request(opened);
    if (this.state.stage.name !== "ready") report("Waiting for the engine", null);
    this.mapped = opened.source;
    return this.around.engine.estimate(request, report);
  }

  private async request(opened: Opened): Promise<EstimateRequest> {
    return requestFor(opened, await this.platformFile(opened.choices.platform));
  }

  private async shown(answer: Answer & { ok: true }, opened: Opened): Promise<Shown> {
    const { platform } = opened.choices;
    const file = await this.platformFile(platform).catch(() => null);
    return shownFrom(answer, platform, file, this.around.baseLength);
  }

  private async platformFile(platform: ChosenPlatform): Promise<unknown> {
    if (platform.file !== null) return platform.file;
    if (platform.id === DEFAULT_PLATFORM.id) return this.json(DEFAULT_PATH);
    const shipped = asPlatforms(await this.json(PLATFORMS_PATH));
    return this.json(platformPath(entryOf(platform.id, shipped)));
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
