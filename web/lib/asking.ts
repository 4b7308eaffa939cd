/** What the page asks of the engine and of the files that ship with it. */
import type { Answer } from "./answer.ts";
import type { Desk } from "./desk.ts";
import { isAsShipped, type Opened, requestFor } from "./opened.ts";
import { type PlatformFacts, platformFacts } from "./platform_facts.ts";
import type { ChosenPlatform } from "./platforms.ts";
import { Problem } from "./problem.ts";
import type { EstimateRequest, Source } from "./protocol.ts";
import type { PlatformSummary } from "./result.ts";
import { answerPath } from "./samples.ts";
import { fragmentOf, type Shown, shownFrom } from "./shown.ts";
import { SiteFiles } from "./site_files.ts";

export type Extra = Readonly<Record<string, unknown>>;
export type Progress = (text: string, fraction: number | null) => void;

/** Answers that need no words: the user asked for them, or a newer request follows. */
export const SILENT = new Set(["cancelled", "superseded"]);

export interface PlatformAlone {
  readonly platform: PlatformSummary;
  readonly facts: PlatformFacts;
}

export class Asking {
  readonly files: SiteFiles;
  /** What the engine has found mappings for. */
  mapped: Source | null = null;
  private readonly desk: Desk;

  constructor(desk: Desk) {
    this.desk = desk;
    this.files = new SiteFiles(desk.around.fetchJson);
  }

  /** The breakdown of what is opened: as it ships, else from the engine. */
  async answer(opened: Opened, report: Progress): Promise<Answer> {
    const shipped = await this.shipped(opened);
    if (shipped !== null) return shipped;
    const request = await this.request(opened);
    if (this.desk.now.stage.name !== "ready") report("Waiting for the engine", null);
    this.mapped = opened.source;
    return this.desk.around.engine.estimate(request, report);
  }

  /** The answer that ships with the page; null where there is none to this. */
  async shipped(opened: Opened): Promise<Answer | null> {
    if (opened.sample === null || !isAsShipped(opened)) return null;
    const answer = await this.files.json(answerPath(opened.sample)).catch(() => null);
    return answer as Answer | null;
  }

  async request(opened: Opened): Promise<EstimateRequest> {
    return requestFor(opened, await this.files.platform(opened.choices.platform));
  }

  /** What an answer puts on the screen. */
  async shown(answer: Answer & { ok: true }, opened: Opened): Promise<Shown> {
    const { platform } = opened.choices;
    const file = await this.files.platform(platform).catch(() => null);
    const shown = shownFrom(answer, platform, file);
    const { beside, around } = this.desk;
    return { ...shown, fragment: await fragmentOf(shown, beside, around.baseLength) };
  }

  /** Asks something else about a model; throws a Problem where that fails. */
  async about<Told>(
    opened: Opened,
    verb: string,
    extra: Extra = {},
    signal: AbortSignal = new AbortController().signal,
    progress?: Progress,
  ): Promise<Told> {
    const ownPlatform = opened.choices.platform.file !== null;
    const request = { ...(await this.request(opened)), verb, extra, ownPlatform };
    return asTold(await this.desk.around.engine.ask(request, signal, progress));
  }

  /** Asks what is not about a model. */
  async alone<Told>(verb: string, extra: Extra, signal: AbortSignal): Promise<Told> {
    const options = {} as EstimateRequest["options"];
    const request = { source: { kind: "none" as const }, platform: null, options, verb, extra };
    return asTold(await this.desk.around.engine.ask(request, signal));
  }

  /** What a platform's file says of it, without a model. */
  async aboutPlatform(platform: ChosenPlatform, signal: AbortSignal): Promise<PlatformAlone> {
    const file = await this.files.platform(platform);
    const told = await this.alone<{ platform: PlatformSummary }>("platform", { file }, signal);
    return { platform: told.platform, facts: platformFacts(file) };
  }
}

function asTold<Told>(answer: Answer): Told {
  if (answer.ok) return answer as Told;
  const { code, message, remedy } = answer.error;
  throw new Problem(code, message, remedy);
}
