/** What the page remembers at one moment, and what it needs from around it. */
import type { Answer } from "./answer.ts";
import type { Plain } from "./changes.ts";
import type { Choices, Opened } from "./opened.ts";
import { FIRST_VIEW, type PageView } from "./page_view.ts";
import type { ChosenPlatform, PlatformEntry } from "./platforms.ts";
import type { EngineError, EstimateRequest, Stage } from "./protocol.ts";
import type { Question } from "./result.ts";
import type { Run } from "./runs.ts";
import type { Sample } from "./samples.ts";
import type { LinkTotals, Shown } from "./shown.ts";

/** The part of the engine that is used here; a test gives its own. */
export interface EngineLike {
  onStage(listener: (stage: Stage) => void): () => void;
  boot(): Promise<EngineError | null>;
  estimate(
    request: EstimateRequest,
    progress?: (text: string, fraction: number | null) => void,
  ): Promise<Answer>;
  cancel(): void;
  /** Answers with the mappings last found, at once. */
  held(request: EstimateRequest): Promise<Answer>;
  /** Maps anew, beside those. */
  remap(
    request: EstimateRequest,
    progress?: (text: string, fraction: number | null) => void,
  ): Promise<Answer>;
  /** Gives up mapping anew. */
  cancelRemap(): void;
  /** Makes ready for mapping anew. */
  prepare(): void;
  /** Answers a question beside all this, unless it is aborted. */
  ask(
    request: EstimateRequest,
    signal: AbortSignal,
    progress?: (text: string, fraction: number | null) => void,
  ): Promise<Answer>;
}

export interface Surroundings {
  readonly engine: EngineLike;
  /** Fetches JSON that ships with the page. */
  readonly fetchJson: (path: string) => Promise<unknown>;
  /** Puts a fragment (or none) into the address, as a place to come back from or instead of it. */
  readonly setFragment: (fragment: string | null, place: "new" | "same") => void;
  /** Length of the page's own address, without a fragment. */
  readonly baseLength: number;
  readonly debounceMs?: number;
  /** How long a dial is still before everything is mapped anew. */
  readonly stillMs?: number;
}

export interface Work {
  readonly title: string;
  readonly text: string;
  readonly fraction: number | null;
  /** Whether what is shown is of these very choices already, with mappings found for others. */
  readonly behind?: boolean;
}

/** A model with answers that did not fit; the user may give others. */
export interface Attempt {
  readonly opened: Opened;
  readonly questions: readonly Question[];
}

export interface PageState {
  readonly stage: Stage;
  readonly samples: readonly Sample[];
  /** The platforms that ship. */
  readonly platforms: readonly PlatformEntry[];
  /** The platform of the user's own that was last in use, to go back to. */
  readonly own: ChosenPlatform | null;
  /** The model whose breakdown is shown. */
  readonly opened: Opened | null;
  /** What the controls say now; ahead of `opened` while a change is being computed. */
  readonly choices: Choices | null;
  /** What the form of questions is about instead, after its answers failed. */
  readonly attempt: Attempt | null;
  readonly shown: Shown | null;
  /** What was last shown with nothing changed. */
  readonly plain: Plain | null;
  /** How it is looked at. */
  readonly view: PageView;
  /** What the choices were before, the last one last: to go back to. */
  readonly past: readonly Choices[];
  /** The breakdowns kept to be compared. */
  readonly runs: readonly Run[];
  readonly linkTotals: LinkTotals | null;
  readonly work: Work | null;
  readonly error: EngineError | null;
}

/** Before anything has happened. */
export const AT_FIRST: PageState = {
  stage: { name: "idle", text: "The engine is not started", fraction: null },
  samples: [],
  platforms: [],
  own: null,
  opened: null,
  choices: null,
  attempt: null,
  shown: null,
  plain: null,
  view: FIRST_VIEW,
  past: [],
  runs: [],
  linkTotals: null,
  work: null,
  error: null,
};
