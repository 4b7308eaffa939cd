/**
 * The one door from the views to what the page remembers and can do: what is open, what is shown,
 * what is being worked on, what went wrong. Knows no DOM.
 */
import { Asking, type Extra, type PlatformAlone, type Progress, SILENT } from "./asking.ts";
import { Desk } from "./desk.ts";
import { KeptRuns } from "./kept_runs.ts";
import type { LinkState } from "./link.ts";
import { type Choices, choicesOn, isSameModel, onPlatform, onSamePlatform } from "./opened.ts";
import { Opener } from "./opener.ts";
import type { PageState, Surroundings } from "./page_state.ts";
import { type Field, type PageView, withField } from "./page_view.ts";
import { type ChosenPlatform, DEFAULT_PLATFORM, isSamePlatform } from "./platforms.ts";
import type { Given } from "./questions.ts";
import type { Run } from "./runs.ts";
import type { Sample } from "./samples.ts";
import { type Place, Showing } from "./showing.ts";
import { type Shown, wholeState } from "./shown.ts";
import { Turning } from "./turning.ts";

export class Workbench {
  private readonly desk: Desk;
  private readonly asking: Asking;
  private readonly showing: Showing;
  private readonly turning: Turning;
  private readonly runs: KeptRuns;
  private readonly opener: Opener;

  constructor(around: Surroundings) {
    this.desk = new Desk(around);
    this.asking = new Asking(this.desk);
    this.showing = new Showing(this.desk, this.asking);
    this.turning = new Turning(this.desk, this.asking, this.showing);
    this.runs = new KeptRuns(this.desk, this.asking, this.showing);
    this.opener = new Opener(this.desk, this.asking, this.showing, this.runs);
  }

  get now(): PageState {
    return this.desk.now;
  }

  subscribe(listener: () => void): () => void {
    return this.desk.subscribe(listener);
  }

  /** Shows what the address says, else the first sample; does not need the engine yet. */
  start(fragment: string): Promise<void> {
    return this.opener.start(fragment);
  }

  /** Starts Python; an error is told. */
  async boot(): Promise<void> {
    const error = await this.desk.around.engine.boot();
    if (error !== null && !SILENT.has(error.code) && this.now.work === null)
      this.desk.set({ error });
  }

  /** Goes where the address says: back to what was shown there, else to what the link holds. */
  goTo(fragment: string): Promise<void> {
    return this.opener.goTo(fragment);
  }

  /** Opens a link that was pasted; returns whether it could be decoded. */
  openFragment(fragment: string): Promise<boolean> {
    return this.opener.fragment(fragment, "new");
  }

  /** Opens a sample; the page's own first one leaves address and error as they are. */
  openSample(sample: Sample, place: Place = "new"): Promise<void> {
    return this.opener.sample(sample, place);
  }

  /** Opens what was dropped or chosen. */
  async openFiles(files: readonly File[]): Promise<void> {
    if (await this.opener.files(files)) this.look({ tab: "compare" });
  }

  /** Prices what is shown on another platform. */
  choosePlatform(platform: ChosenPlatform): void {
    const { choices } = this.now;
    if (choices !== null) this.choose(choicesOn(platform, choices));
  }

  /** Forgets the platform of the user's own. */
  removeOwnPlatform(): void {
    const { own, choices } = this.now;
    this.desk.set({ own: null });
    if (own !== null && choices !== null && isSamePlatform(choices.platform, own))
      this.choosePlatform(DEFAULT_PLATFORM);
  }

  /** Changes a control; computes when the dials have been at rest for a moment. */
  choose(change: Partial<Choices>): void {
    const { choices } = this.now;
    const opened = this.desk.wanted ?? this.now.opened;
    if (opened === null || choices === null) return;
    const next = { ...choices, ...change };
    this.desk.set({ choices: next, error: null, attempt: null });
    this.showing.runAtRest({ ...opened, choices: next });
  }

  /** Answers what a file leaves open: the one shown, or the one whose answers did not fit. */
  give(given: Given): void {
    const { attempt } = this.now;
    if (attempt === null) {
      this.choose({ given });
      return;
    }
    const opened = { ...attempt.opened, choices: { ...attempt.opened.choices, given } };
    this.desk.set({ attempt: { ...attempt, opened }, error: null });
    this.showing.runAtRest(opened);
  }

  /** Turns a dial: draws what the mappings known by now cost, and maps anew once it is still. */
  slide(change: Partial<Choices>): void {
    const { wanted } = this.desk;
    // Of another model that is being opened nothing can be drawn yet.
    if (wanted === null || isSameModel(this.now.opened, wanted)) this.turning.slide(change);
    else this.choose(change);
  }

  /** Makes ready for dials. */
  warm(): void {
    this.turning.warm();
  }

  /** Goes back to the choices before the last change. */
  undo(): void {
    void this.showing.undo();
  }

  /** Gives up what is being computed. */
  cancel(): void {
    this.desk.nextTurn();
    const { work, shown } = this.now;
    const { engine } = this.desk.around;
    if (work?.behind === true && shown?.provisional === true) engine.cancelRemap();
    else {
      engine.cancel();
      this.asking.mapped = null; // what starts anew knows none
    }
    this.desk.settle({});
  }

  dismissError(): void {
    this.desk.dismissError();
  }

  /** Changes how the page is looked at, and its link with it. */
  look(change: Partial<PageView>): void {
    this.desk.set({ view: { ...this.now.view, ...change } });
    this.showing.addressSoon();
  }

  /** Notes what a panel was told; null takes it back. */
  note(name: string, value: Field | null): void {
    this.look({ fields: withField(this.now.view, name, value) });
  }

  /** Keeps what is shown, to be compared; the name that it was given, or null where it was not. */
  keepRun(): string | null {
    return this.runs.keepShown();
  }

  /**
   * Prices what is open on another platform, or a sample on this one, and keeps it beside what is
   * shown; whether it could. What goes wrong is told.
   */
  async addRun(wanted: Sample | ChosenPlatform, signal: AbortSignal): Promise<boolean> {
    const { opened, choices } = this.now;
    if (opened === null) return false;
    const next = async () =>
      "about" in wanted
        ? onSamePlatform(await this.opener.openedSample(wanted), choices)
        : onPlatform(opened, wanted);
    return this.runs.add(next, signal);
  }

  changeRun(index: number, change: Partial<Run>): void {
    this.runs.changeOne(index, change);
  }

  moveRunUp(index: number): void {
    this.runs.moveUp(index);
  }

  removeRun(index: number): void {
    this.runs.remove(index);
  }

  /** Shows one of those kept again. */
  openRun(index: number): void {
    this.runs.open(index);
  }

  /** How many runs of a link are yet to be priced. */
  get awaited(): number {
    return this.desk.coming.length;
  }

  /** Asks the engine something else about what is shown; throws a Problem where that fails. */
  async ask<Told>(
    verb: string,
    extra: Extra,
    signal: AbortSignal,
    progress?: Progress,
  ): Promise<Told> {
    const { opened } = this.now;
    if (opened === null) throw new Error("nothing is open");
    return this.asking.about(opened, verb, extra, signal, progress);
  }

  /** Asks what is not about the model that is open. */
  askAlone<Told>(verb: string, extra: Extra, signal: AbortSignal): Promise<Told> {
    return this.asking.alone(verb, extra, signal);
  }

  /** What a platform's file says of it, without a model. */
  aboutPlatform(platform: ChosenPlatform, signal: AbortSignal): Promise<PlatformAlone> {
    return this.asking.aboutPlatform(platform, signal);
  }

  /** JSON that ships with the page. */
  siteJson(path: string): Promise<unknown> {
    return this.asking.files.json(path);
  }

  /** What a link to what is shown would carry, however long. */
  wholeState(shown: Shown): LinkState {
    return wholeState(shown, this.desk.beside);
  }
}
