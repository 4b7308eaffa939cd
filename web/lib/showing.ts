/**
 * Computes what was chosen, puts it on the screen and into the address, and notes the place.
 *
 * A new breakdown replaces the shown one only when it is complete; until then, and after an error or
 * a cancel, the last good one stays and the controls go back to what it shows.
 */
import { type Asking, type Progress, SILENT } from "./asking.ts";
import { changesOf } from "./changes.ts";
import type { Desk } from "./desk.ts";
import { type Choices, isElsewhere, isSameModel, type Opened } from "./opened.ts";
import { type Place as Noted, Places } from "./places.ts";
import { attemptAfter } from "./question_form.ts";
import { fragmentOf, type Shown } from "./shown.ts";

/** Where a breakdown goes in the address: to a new place, to the one where one is, or nowhere. */
export type Place = "new" | "same" | null;

/** As far back as one can go. */
const MOST_PAST = 100;

export class Showing {
  private readonly desk: Desk;
  private readonly asking: Asking;
  private readonly places = new Places();
  /** What was last shown in full. */
  private settled: Opened | null = null;
  /** The steps that one could go back before going back, until something has come of it. */
  private rewound: readonly Choices[] | null = null;
  private addressTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(desk: Desk, asking: Asking) {
    this.desk = desk;
    this.asking = asking;
  }

  async run(opened: Opened, turn: number, place: Place = "new"): Promise<void> {
    const { desk } = this;
    if (turn !== desk.turn) return;
    const report: Progress = (text, fraction) => {
      if (turn === desk.turn) desk.set({ work: { title: opened.title, text, fraction } });
    };
    try {
      desk.wanted = opened;
      report("Opening", null);
      desk.set({ choices: opened.choices });
      const answer = await this.asking.answer(opened, report);
      if (turn !== desk.turn) return;
      if (!answer.ok) {
        const { error, questions } = answer;
        desk.settle(
          SILENT.has(error.code)
            ? {}
            : { error, attempt: attemptAfter(opened, questions, desk.now) },
        );
        return;
      }
      const shown = await this.asking.shown(answer, opened);
      if (turn !== desk.turn) return;
      this.settleIn(place, opened, shown);
    } catch (cause) {
      desk.giveUp(turn, cause);
    }
  }

  /** Runs when the controls have been at rest for a moment. */
  runAtRest(opened: Opened): void {
    const { desk } = this;
    const turn = desk.nextTurn();
    desk.atRest(desk.around.debounceMs ?? 250, () => void this.run(opened, turn));
  }

  /** Goes back to the choices before the last change. */
  async undo(): Promise<void> {
    const { desk } = this;
    const { opened, past: all } = desk.now;
    const last = all.at(-1);
    if (opened === null || last === undefined) return;
    this.rewound ??= all;
    const past = all.slice(0, -1);
    desk.set({ past, error: null, attempt: null });
    this.settled = null; // this step is not one to go back from
    await this.run({ ...opened, choices: last }, desk.nextTurn(), "same");
    // Given up or in vain, and not because of another step back.
    if (this.rewound === null || desk.now.past !== past) return;
    desk.set({ past: this.rewound });
    this.rewound = null;
    this.settled = desk.now.opened;
  }

  /** What was shown under a fragment; null where nothing was. */
  placeAt(fragment: string): Noted | null {
    return this.places.find(fragment);
  }

  /** Shows a breakdown, and notes where it is: in the address, and to come back to. */
  settleIn(place: Place, opened: Opened, shown: Shown): void {
    const { desk } = this;
    const { fragment } = shown;
    const { platform } = opened.choices;
    const before = this.settled;
    this.settled = opened;
    this.rewound = null;
    const past = isSameModel(desk.now.opened, opened)
      ? before === null || sameChoices(before.choices, opened.choices)
        ? desk.now.past
        : [...desk.now.past, before.choices].slice(-MOST_PAST)
      : [];
    // Dials change the place where one is; what no link can name is no place to come back from.
    const elsewhere = fragment !== null && isElsewhere(desk.now.opened, opened);
    if (changesOf(opened, opened.choices, shown).length === 0)
      desk.set({ plain: { opened, result: shown.result } });
    desk.settle({ opened, shown, past, ...(platform.file === null ? {} : { own: platform }) });
    if (place !== null) desk.around.setFragment(fragment, elsewhere ? place : "same");
    this.notePlace(place === null ? "" : fragment, opened);
  }

  private notePlace(fragment: string | null, opened: Opened): void {
    this.places.note(fragment ?? "", { opened, view: this.desk.now.view });
  }

  /** Writes the link anew once the way of looking has been the same for a moment. */
  addressSoon(): void {
    clearTimeout(this.addressTimer);
    const ms = this.desk.around.debounceMs ?? 250;
    this.addressTimer = setTimeout(() => void this.address(), ms);
  }

  private async address(): Promise<void> {
    const { desk } = this;
    const { shown, opened, view, runs } = desk.now;
    if (shown === null || opened === null || shown.provisional) return;
    const fragment = await fragmentOf(shown, desk.beside, desk.around.baseLength);
    const { now } = desk;
    if (now.shown !== shown || now.view !== view || now.runs !== runs) return;
    desk.set({ shown: { ...shown, fragment } });
    desk.around.setFragment(fragment, "same");
    this.notePlace(fragment, opened);
  }
}

/** What a choice of energy says, no choice says too. */
const inFull = (choices: Choices): string =>
  JSON.stringify({ ...choices, objective: choices.objective ?? "energy" });

const sameChoices = (a: Choices, b: Choices): boolean =>
  a.platform === b.platform && inFull(a) === inFull(b);
