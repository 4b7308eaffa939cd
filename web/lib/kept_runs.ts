/** The breakdowns kept side by side: kept, added, priced anew from a link, named, removed. */
import type { Answer } from "./answer.ts";
import type { Asking } from "./asking.ts";
import type { Desk } from "./desk.ts";
import { type Opened, openedLink } from "./opened.ts";
import { DEFAULT_PLATFORM } from "./platforms.ts";
import { Problem } from "./problem.ts";
import {
  freeName,
  isAsWrong,
  type LinkedRun,
  MOST_RUNS,
  movedUp,
  nameOf,
  type Run,
} from "./runs.ts";
import type { Showing } from "./showing.ts";
import { type Shown, shownFrom } from "./shown.ts";

export class KeptRuns {
  private readonly desk: Desk;
  private readonly asking: Asking;
  private readonly showing: Showing;

  constructor(desk: Desk, asking: Asking, showing: Showing) {
    this.desk = desk;
    this.asking = asking;
    this.showing = showing;
  }

  /** Keeps what is shown, to be compared; the name that it was given, or null where it was not. */
  keepShown(): string | null {
    const { shown } = this.desk.now;
    return shown === null || shown.provisional || this.isFull ? null : this.keep(shown);
  }

  private keep({ result, state }: Pick<Shown, "result" | "state">): string {
    const { runs } = this.desk.now;
    const name = freeName(nameOf({ result, state }), [...runs, ...this.desk.coming]);
    this.change([...runs, { name, state, result, error: null, pass_on: null }]);
    return name;
  }

  /** Whether as many are kept as are compared, which is then told. */
  private get isFull(): boolean {
    if (this.desk.now.runs.length + this.desk.coming.length < MOST_RUNS) return false;
    const text = `${MOST_RUNS} breakdowns are kept already, as many as are compared.`;
    this.desk.fail(new Problem("runs-full", text, "Remove one of them first."));
    return true;
  }

  /** Prices something beside what is shown and keeps it; whether it could. What fails is told. */
  async add(wanted: () => Promise<Opened>, signal: AbortSignal): Promise<boolean> {
    if (this.isFull) return false;
    try {
      const next = await wanted();
      const { asking } = this;
      const answer =
        (await asking.shipped(next)) ?? (await asking.about<Answer>(next, "estimate", {}, signal));
      if (signal.aborted || this.isFull) return false;
      this.keep(shownFrom(answer as Answer & { ok: true }, next.choices.platform, null));
      return true;
    } catch (cause) {
      if (!signal.aborted) this.desk.fail(cause);
      return false;
    }
  }

  /** Prices the runs of a link, one after the other. */
  async price(linked: readonly LinkedRun[]): Promise<void> {
    const { desk } = this;
    for (const run of linked) {
      if (desk.coming[0] !== run) return; // others came
      try {
        const answer = await this.asking.about<Answer>(openedLink(run.state), "estimate");
        const shown = shownFrom(answer as Answer & { ok: true }, DEFAULT_PLATFORM, null);
        if (desk.coming[0] !== run) return;
        desk.set({ runs: [...desk.now.runs, { ...run, result: shown.result }] });
      } catch (cause) {
        desk.fail(cause);
      }
      desk.coming = desk.coming.slice(1);
    }
  }

  /** Takes the errors of runs from a table, by their names or their models'. */
  async takeErrors(table: string): Promise<void> {
    const names = this.desk.now.runs.map(({ name, result }) => [name, result.model.name]);
    const { errors } = await this.asking.alone<{ errors: readonly (number | null)[] }>(
      "compare",
      { errors: table, names },
      new AbortController().signal,
    );
    // Meanwhile runs may have come and gone; no two have one name.
    const said = new Map(names.map(([name], at) => [name, errors[at]]));
    const { runs } = this.desk.now;
    this.change(runs.map((run) => ({ ...run, error: said.get(run.name) ?? run.error })));
  }

  change(runs: readonly Run[]): void {
    this.desk.set({ runs });
    this.showing.addressSoon();
  }

  /** An error goes to the runs of the same model, too, where none was said. */
  changeOne(index: number, change: Partial<Run>): void {
    const { runs } = this.desk.now;
    const own = runs[index];
    const { error = null } = change;
    this.change(
      runs.map((run, at) => {
        if (at === index) return { ...run, ...change };
        const isOpen = error !== null && run.error === null;
        return own !== undefined && isOpen && isAsWrong(run, own) ? { ...run, error } : run;
      }),
    );
  }

  moveUp(index: number): void {
    this.change(movedUp(this.desk.now.runs, index));
  }

  remove(index: number): void {
    this.change(this.desk.now.runs.filter((_, at) => at !== index));
  }

  /** Shows one of them again. */
  open(index: number): void {
    const run = this.desk.now.runs[index];
    if (run !== undefined) void this.showing.run(openedLink(run.state), this.desk.nextTurn());
  }
}
