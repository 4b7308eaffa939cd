/** An answer of the engine to something asked beside the breakdown, asked anew when it changes. */
import { useEffect, useState } from "preact/hooks";
import { told as problemOf } from "../lib/problem.ts";
import type { EngineError } from "../lib/protocol.ts";

export interface Asked<Told> {
  /** The last answer; that of an earlier question while `stale`. */
  readonly told: Told | null;
  readonly error: EngineError | null;
  /** How much of the answer is worked out; null where nobody says. */
  readonly fraction: number | null;
  readonly stale: boolean;
}

const REST_MS = 300;

/**
 * Asks a moment after `key` has changed, and gives up what was asked before; null asks nothing, and
 * leaves the last answer as it is.
 *
 * `key` stands for everything that the question depends on: the shown result itself is one.
 */
export function useAsked<Told>(
  key: unknown,
  ask: (
    signal: AbortSignal,
    progress: (text: string, fraction: number | null) => void,
  ) => Promise<Told>,
): Asked<Told> {
  const [asked, set] = useState<Asked<Told>>({
    told: null,
    error: null,
    fraction: null,
    stale: key !== null,
  });
  useEffect(() => {
    if (key === null) {
      set((before) => ({ ...before, stale: true }));
      return;
    }
    const control = new AbortController();
    const { signal } = control;
    const still = (next: (before: Asked<Told>) => Asked<Told>) => {
      if (!signal.aborted) set(next);
    };
    still((before) => ({ ...before, stale: true, fraction: null }));
    const timer = setTimeout(() => {
      ask(signal, (_, fraction) => still((before) => ({ ...before, fraction }))).then(
        (told) => still(() => ({ told, error: null, fraction: null, stale: false })),
        (cause) =>
          still(() => ({ told: null, error: problemOf(cause), fraction: null, stale: false })),
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [key]);
  return asked;
}
