/** What is on the screen: a breakdown with its link, or a link's own totals until there is one. */
import type { Answer, Remark } from "./answer.ts";
import { encodeLink, type LinkState, MAX_LINK_CHARACTERS } from "./link.ts";
import { type PageView, packed } from "./page_view.ts";
import { type PlatformFacts, platformFacts } from "./platform_facts.ts";
import type { ChosenPlatform } from "./platforms.ts";
import { asResult, type Result } from "./result.ts";
import { type LinkedRun, packedRuns } from "./runs.ts";

export interface Shown {
  readonly result: Result;
  /** What a link carries of the breakdown itself. */
  readonly state: LinkState;
  readonly warnings: readonly Remark[];
  /** The fragment of the link; null if it would be too long for one. */
  readonly fragment: string | null;
  /** Whether it is too long because of the platform's file that it would carry. */
  readonly platformTooLong: boolean;
  /** Whether layers run by mappings found for other choices: it costs this at most. */
  readonly provisional: boolean;
  /** What the platform's file says. */
  readonly facts: PlatformFacts;
}

/** The totals that a link says itself, shown until the layers have been recomputed. */
export interface LinkTotals {
  readonly name: string;
  readonly platform: string;
  readonly engine: string;
  readonly energy_j: number | null;
  readonly energy_macs: number | null;
  readonly time_s: number | null;
  readonly macs: number | null;
  readonly parameters: number | null;
}

/** The largest platform file of one's own that a link carries. */
const MAX_PLATFORM_CHARACTERS = 8_192;

/** How it is looked at, and what is kept beside it. */
export interface Around {
  readonly view: PageView;
  readonly runs: readonly LinkedRun[];
}

/** `file` is the content of the platform's file, whether it ships or is the user's own. */
export function shownFrom(
  answer: Answer & { ok: true },
  platform: ChosenPlatform,
  file: unknown,
): Omit<Shown, "fragment"> {
  const platformTooLong =
    platform.file !== null && JSON.stringify(platform.file).length > MAX_PLATFORM_CHARACTERS;
  return {
    result: asResult(answer.result),
    state: withPlatform(answer.state as LinkState, platform.file),
    warnings: answer.warnings,
    platformTooLong,
    provisional: answer.provisional === true,
    facts: platformFacts(file),
  };
}

/** What a link carries: the breakdown's inputs, how it is looked at, and the runs beside it. */
export function wholeState({ state }: Pick<Shown, "state">, { view, runs }: Around): LinkState {
  const page = packed(view);
  return {
    ...state,
    ...(page === null ? {} : { page }),
    ...(runs.length === 0 ? {} : { runs: packedRuns(runs) }),
  };
}

/** The fragment of the link; null where it would be too long, "" while it would not hold for long. */
export async function fragmentOf(
  shown: Omit<Shown, "fragment">,
  around: Around,
  baseLength: number,
): Promise<string | null> {
  if (shown.provisional) return "";
  const fragment = await encodeLink(wholeState(shown, around));
  const fits = !shown.platformTooLong && baseLength + fragment.length <= MAX_LINK_CHARACTERS;
  return fits ? fragment : null;
}

function withPlatform(state: LinkState, ownPlatform: unknown): LinkState {
  if (ownPlatform === null) return state;
  return { ...state, platform: { ...(state.platform as object), file: ownPlatform } };
}

export function linkTotals(state: LinkState): LinkTotals {
  const part = (key: string) => (state[key] ?? {}) as Readonly<Record<string, unknown>>;
  const number = (value: unknown) =>
    typeof value === "number" && Number.isFinite(value) ? value : null;
  const totals = part("totals");
  return {
    name: String(part("model").name ?? "linked model").slice(0, 200),
    platform: String(part("platform").id ?? "unknown").slice(0, 64),
    engine: String(state.engine ?? "unknown").slice(0, 20),
    energy_j: number(totals.energy_j),
    energy_macs: number(totals.energy_macs),
    time_s: number(totals.time_s),
    macs: number(totals.macs),
    parameters: number(part("model").parameters),
  };
}
