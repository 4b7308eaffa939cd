/** Breakdowns kept side by side, to be compared: what each is of, and what it was priced at. */
import { dialsOf } from "./changes.ts";
import type { LinkState } from "./link.ts";
import type { Result } from "./result.ts";

export const MOST_RUNS = 8;
export const LONGEST_NAME = 80;

export interface Run {
  readonly name: string;
  /** What a link carries of it. */
  readonly state: LinkState;
  readonly result: Result;
  /** The share of answers that are wrong; null where nobody said. */
  readonly error: number | null;
  /** In a cascade: the share of inputs that go on to the next model. */
  readonly pass_on: number | null;
}

/** One that a link carries, not priced yet. */
export type LinkedRun = Omit<Run, "result">;

/** A name that no other run has: with a number behind it where need be. */
export function freeName(wanted: string, runs: readonly { readonly name: string }[]): string {
  const letters = [...wanted.trim()];
  const base = letters.slice(0, LONGEST_NAME).join("") || "run";
  const taken = new Set(runs.map(({ name }) => name));
  if (!taken.has(base)) return base;
  const start = letters.slice(0, LONGEST_NAME - 4).join("") || base;
  let number = 2;
  while (taken.has(`${start} (${number})`)) number += 1;
  return `${start} (${number})`;
}

/** What a breakdown is called among others: its model, its platform, and what else was chosen. */
export function nameOf(shown: Pick<Run, "result" | "state">): string {
  const { model, platform } = shown.result;
  return [`${model.name} on ${platformName(platform)}`, ...dialsOf(shown)].join(", ");
}

/** A device that was measured may be there as its datasheet, too. */
export const platformName = ({ name, kind }: { name: string; kind: string }): string =>
  kind === "datasheet" ? `${name} (datasheet)` : name;

/** Whether two differ in nothing that changes answers: of one model file, with the same dials. */
export function isAsWrong(one: Run, other: Run): boolean {
  const told = (run: Run) => {
    const { model, totals } = run.result;
    return JSON.stringify([model.name, model.file, totals.parameters, dialsOf(run)]);
  };
  return told(one) === told(other);
}

/** With one of them a place up; what is passed on stays with the place, not with the run. */
export const movedUp = (runs: readonly Run[], at: number): readonly Run[] =>
  runs.map((run, place) => {
    const other = runs[place === at ? at - 1 : place === at - 1 ? at : place];
    return { ...(other ?? run), pass_on: run.pass_on };
  });

/** What a link carries of runs. */
export function packedRuns(runs: readonly LinkedRun[]): readonly object[] {
  return runs.map(({ name, state, error, pass_on }) => ({
    name,
    state,
    ...(error === null ? {} : { error }),
    ...(pass_on === null ? {} : { pass_on }),
  }));
}

/** The runs that a link carries, as far as they are such; the engine judges their states. */
export function runsFrom(given: unknown): readonly LinkedRun[] {
  if (!Array.isArray(given)) return [];
  const runs: LinkedRun[] = [];
  for (const one of given.slice(0, MOST_RUNS)) {
    const { name, state, error, pass_on } = (one ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof state !== "object" || state === null) continue;
    const wanted = typeof name === "string" ? name : "run";
    runs.push({
      name: freeName(wanted, runs),
      state: state as LinkState,
      error: shareFrom(error),
      pass_on: shareFrom(pass_on),
    });
  }
  return runs;
}

const shareFrom = (value: unknown): number | null =>
  typeof value === "number" && value >= 0 && value <= 1 ? value : null;
