/** Opens what one asks for: what the address says, a link, a sample, files. */
import type { Asking } from "./asking.ts";
import type { Desk } from "./desk.ts";
import { type Dropped, sortDropped } from "./dropped.ts";
import type { KeptRuns } from "./kept_runs.ts";
import { decodeLink, type LinkState, looksLikeLink } from "./link.ts";
import { type Opened, onSamePlatform, openedLink, openedSample } from "./opened.ts";
import { openedFrom } from "./opening.ts";
import { type PageView, viewFrom } from "./page_view.ts";
import { asPlatforms, DEFAULT_PATH, PLATFORMS_PATH } from "./platforms.ts";
import { runsFrom } from "./runs.ts";
import { asSamples, densityPath, FIRST_FILES, FIRST_SAMPLE, type Sample } from "./samples.ts";
import type { Place, Showing } from "./showing.ts";
import { linkTotals } from "./shown.ts";

export class Opener {
  private readonly desk: Desk;
  private readonly asking: Asking;
  private readonly showing: Showing;
  private readonly runs: KeptRuns;

  constructor(desk: Desk, asking: Asking, showing: Showing, runs: KeptRuns) {
    this.desk = desk;
    this.asking = asking;
    this.showing = showing;
    this.runs = runs;
  }

  /** Opens what the address says, else the first sample. */
  async start(fragment: string): Promise<void> {
    const { desk } = this;
    const { files } = this.asking;
    const samples = files.json("models/index.json").then(asSamples);
    samples.then((list) => desk.set({ samples: list })).catch((cause) => desk.fail(cause));
    const soon = looksLikeLink(fragment) ? [] : FIRST_FILES;
    for (const path of [DEFAULT_PATH, ...soon]) files.json(path).catch(() => null);
    files
      .json(PLATFORMS_PATH)
      .then((list) => desk.set({ platforms: asPlatforms(list) }))
      .catch((cause) => desk.fail(cause));
    if (looksLikeLink(fragment) && (await this.fragment(fragment, "same"))) return;
    await samples.catch(() => []);
    // Unless the user was quicker.
    if (desk.turn === 0) await this.first();
  }

  private async first(): Promise<void> {
    const first = this.desk.now.samples.find((sample) => sample.id === FIRST_SAMPLE);
    if (first !== undefined) await this.sample(first, null);
  }

  /** Goes where the address says: back to what was shown there, else to what the link holds. */
  async goTo(fragment: string): Promise<void> {
    const known = this.showing.placeAt(fragment);
    if (known !== null) {
      this.desk.dismissError();
      await this.seen(known.opened, known.view, "same");
    } else if (looksLikeLink(fragment)) {
      await this.fragment(fragment, "same");
    } else if (fragment === "") {
      await this.first(); // left before it was shown
    }
  }

  /** Opens a link; returns whether it could be decoded. */
  async fragment(fragment: string, place: Place): Promise<boolean> {
    const { desk } = this;
    try {
      const state = await decodeLink(fragment);
      desk.set({ linkTotals: linkTotals(state), error: null });
      void this.state(state, place);
      return true;
    } catch (cause) {
      desk.fail(cause);
      return false;
    }
  }

  /** Opens what a link or a saved breakdown holds: how it was looked at, and the runs beside it. */
  private async state(state: LinkState, place: Place): Promise<void> {
    const { desk } = this;
    const linked = runsFrom(state.runs);
    const { page: _, runs: __, ...own } = state;
    const { runs } = desk.now;
    const { coming } = desk;
    if (linked.length > 0) {
      desk.set({ runs: [] });
      desk.coming = linked;
    }
    if (await this.seen(openedLink(own), viewFrom(state.page), place)) {
      await this.runs.price(linked);
      return;
    }
    if (linked.length > 0 && desk.coming === linked) {
      desk.set({ runs: [...runs, ...desk.now.runs] });
      desk.coming = coming;
      void this.runs.price(coming);
    }
    const { shown, work, error } = desk.now;
    if (shown === null && work === null && error?.code === "link-invalid") {
      desk.set({ linkTotals: null }); // there is nothing in it to be shown
      await this.first();
    }
  }

  /** Shows something as it was looked at; whether it could. Else one looks on as before. */
  private async seen(opened: Opened, view: PageView, place: Place): Promise<boolean> {
    const { desk } = this;
    const before = desk.now.view;
    desk.set({ view });
    await this.showing.run(opened, desk.nextTurn(), place);
    const could = desk.now.opened?.source === opened.source;
    if (!could && desk.now.view === view) desk.set({ view: before });
    return could;
  }

  /** Opens a sample; the page's own first one leaves address and error as they are. */
  async sample(sample: Sample, place: Place): Promise<void> {
    const { desk } = this;
    if (place !== null) desk.dismissError();
    const turn = desk.nextTurn();
    try {
      const opened = await this.openedSample(sample);
      await this.showing.run(onSamePlatform(opened, desk.now.choices), turn, place);
    } catch (cause) {
      desk.giveUp(turn, cause);
    }
  }

  async openedSample(sample: Sample): Promise<Opened> {
    const path = densityPath(sample);
    return openedSample(sample, path === null ? null : await this.asking.files.json(path));
  }

  /** Opens what was dropped or chosen; whether it is something to compare. */
  async files(files: readonly File[]): Promise<boolean> {
    const { desk } = this;
    desk.dismissError();
    // A table of errors is of what is there; nothing that is under way has to make room for it.
    let turn = files.every(({ name }) => /\.csv$/i.test(name)) ? null : desk.nextTurn();
    try {
      const all = await sortDropped(files);
      const tables = all.filter((one) => one.kind === "errors");
      const found = all.filter((one) => one.kind !== "errors");
      let compared = tables.length > 0;
      if (found.length > 0) {
        turn ??= desk.nextTurn();
        compared = (await this.found(found, turn)) || compared;
      }
      for (const { table } of tables) await this.runs.takeErrors(table);
      return compared;
    } catch (cause) {
      if (turn === desk.turn) desk.giveUp(turn, cause);
      else desk.fail(cause);
      return false;
    }
  }

  /** Opens what files turned out to be; whether it is something to compare. */
  private async found(found: readonly Dropped[], turn: number): Promise<boolean> {
    const { desk } = this;
    const [first] = found;
    if (found.filter(({ kind }) => kind === "model").length > 1) return this.models(found, turn);
    if (found.length === 1 && first?.kind === "state") await this.state(first.state, "new");
    else {
      const next = openedFrom(found, desk.now);
      if (next !== null) await this.showing.run(next, turn);
      else desk.settle({});
    }
    return false;
  }

  /** Opens several models one after the other, and keeps each to be compared; whether all could. */
  private async models(found: readonly Dropped[], turn: number): Promise<boolean> {
    const { desk } = this;
    const others = found.filter(({ kind }) => kind !== "model");
    let now = turn;
    for (const model of found.filter(({ kind }) => kind === "model")) {
      if (now !== desk.turn) return false; // something else was wished for
      const next = openedFrom([model, ...others], desk.now);
      if (next !== null) await this.showing.run(next, now);
      if (now !== desk.turn || desk.now.error !== null) return false;
      this.runs.keepShown();
      now = desk.nextTurn();
    }
    return true;
  }
}
