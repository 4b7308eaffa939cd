/** What is being looked at, and how: a model with the choices that its breakdown depends on. */
import type { LinkState } from "./link.ts";
import {
  type ChosenPlatform,
  DEFAULT_PLATFORM,
  isMappedFile,
  isSamePlatform,
  linkedPlatform,
} from "./platforms.ts";
import type { EstimateOptions, EstimateRequest, Objective, Source } from "./protocol.ts";
import { type Given, isAnythingGiven, NOTHING_GIVEN } from "./questions.ts";
import { modelPath, type Sample } from "./samples.ts";
import type { SetZeros } from "./set_zeros.ts";
import { AS_IT_IS, isAsItIs, OF_PLATFORM, takingBack, type WhatIf, whatIfOf } from "./what_if.ts";

export interface Bits {
  readonly weight: number;
  readonly activation: number;
}

/** What the controls say. null leaves it to the model. */
export interface Choices {
  readonly batch: number | null;
  readonly bits: Bits | null;
  /** The platform that the model is priced on. */
  readonly platform: ChosenPlatform;
  /** The dataflow that layers are mapped by: one of the platform's. */
  readonly dataflow: string | null;
  /** Of what each layer's mapping has the least; null is energy. */
  readonly objective: Objective | null;
  /** Bytes of memory levels by their ids, where they are not the platform's own. */
  readonly capacities: Readonly<Record<string, number>>;
  /** Whether it is looked at what fusing layers would save. */
  readonly fuse: boolean;
  /** Whether known zero fractions are used. */
  readonly zeros: boolean;
  /** Zero fractions set for all layers alike; null where none are. */
  readonly setZeros: SetZeros | null;
  /** Whether the zeros in the weights are counted; for a model file of the user's own. */
  readonly weights: boolean;
  /** What is tried out of single layers, of the array, of training. */
  readonly whatIf: WhatIf;
  /** The answers to what the file leaves open. */
  readonly given: Given;
}

export interface Opened {
  readonly title: string;
  readonly source: Source;
  readonly sample: Sample | null;
  /** Content of a density file; null if none is known, or if the link holds its zeros itself. */
  readonly density: unknown;
  /** Where the zero fractions come from; null if there are none. */
  readonly densitySource: string | null;
  readonly choices: Choices;
}

/** What a table of layers says of its own zeros. */
const TABLES_OWN = "from the table of layers";

export const PLAIN: Choices = {
  batch: null,
  bits: null,
  platform: DEFAULT_PLATFORM,
  dataflow: null,
  objective: null,
  capacities: {},
  fuse: false,
  zeros: false,
  setZeros: null,
  weights: false,
  whatIf: AS_IT_IS,
  given: NOTHING_GIVEN,
};

export function openedFiles(files: readonly File[]): Opened {
  return {
    title: files[0]?.name ?? "model",
    source: { kind: "file", files },
    sample: null,
    density: null,
    densitySource: null,
    choices: PLAIN,
  };
}

export function openedSample(sample: Sample, density: unknown): Opened {
  return withDensity(
    {
      title: sample.name,
      source: { kind: "sample", url: modelPath(sample), name: sample.file },
      sample,
      density: null,
      densitySource: null,
      choices: { ...PLAIN, batch: 1 },
    },
    density,
  );
}

export function openedLink(state: LinkState): Opened {
  const source = linkedZeros(state);
  return {
    title: String(objectIn(state, "model").name ?? "linked model"),
    source: { kind: "state", state },
    sample: null,
    density: null,
    densitySource: source,
    choices: {
      ...PLAIN,
      batch: linkedBatch(objectIn(state, "options").batch),
      bits: linkedBits(objectIn(state, "options").bits),
      platform: linkedPlatform(state.platform),
      dataflow: linkedDataflow(objectIn(state, "options").dataflow),
      objective: linkedObjective(objectIn(state, "options").objective),
      fuse: objectIn(state, "options").fuse === true,
      capacities: linkedCapacities(objectIn(state, "options").capacities),
      zeros: source !== null,
      whatIf: whatIfOf(objectIn(state, "options")),
    },
  };
}

/** The same model with files given afterwards that may hold its weights. */
export function withCompanions(opened: Opened, files: readonly File[]): Opened {
  if (opened.source.kind !== "file") return opened;
  const names = new Set(files.map(({ name }) => name));
  const kept = opened.source.files.filter(({ name }, index) => index === 0 || !names.has(name));
  return { ...opened, source: { kind: "file", files: [...kept, ...files] } };
}

/** The same model with zero fractions from a density file, in use. */
export function withDensity(opened: Opened, density: unknown): Opened {
  if (density == null) return opened;
  const source = String((density as { source?: unknown }).source ?? "a density file");
  const choices = { ...opened.choices, zeros: true };
  return { ...opened, density, densitySource: source, choices };
}

/** The same model on another platform, mapped by the dataflow that this one begins with. */
export function onPlatform(opened: Opened, platform: ChosenPlatform): Opened {
  return { ...opened, choices: { ...opened.choices, ...choicesOn(platform, opened.choices) } };
}

/** What the choice of a platform changes. */
export function choicesOn(platform: ChosenPlatform, { whatIf }: Choices): Partial<Choices> {
  return { platform, dataflow: null, capacities: {}, whatIf: { ...whatIf, ...OF_PLATFORM } };
}

/** Another model on the same platform. */
export function onSamePlatform(opened: Opened, choices: Choices | null): Opened {
  if (choices === null) return opened;
  const { platform, dataflow, objective, capacities } = choices;
  const { array, clock_hz } = choices.whatIf;
  const whatIf = { ...opened.choices.whatIf, array, clock_hz };
  const kept = { platform, dataflow, objective, capacities, whatIf };
  return { ...opened, choices: { ...opened.choices, ...kept } };
}

/** Whether one looks at another model or another platform than before. */
export function isElsewhere(before: Opened | null, now: Opened): boolean {
  return (
    !isSameModel(before, now) || !isSamePlatform(before.choices.platform, now.choices.platform)
  );
}

export function isSameModel(before: Opened | null, now: Opened): before is Opened {
  if (before === null) return false;
  return now.sample === null ? before.source === now.source : before.sample?.id === now.sample.id;
}

/** The request for what is open; `platform` is the content of its platform's file. */
export function requestFor(opened: Opened, platform: unknown): EstimateRequest {
  const { choices, source } = opened;
  // A link's layers hold their own zeros: null leaves them, false takes them away.
  const unused = source.kind === "state" ? false : null;
  const known = source.kind === "state" ? null : opened.density;
  const density = choices.setZeros?.density ?? (choices.zeros ? known : unused);
  const mapped = isMappedFile(platform);
  const options: EstimateOptions = {
    batch: choices.batch,
    // What a link states would be asked for where nothing is said.
    bits: choices.bits ?? (source.kind === "state" ? false : null),
    // What is chosen of mappings is kept for accelerators, and asked of no other platform.
    dataflow: mapped ? (choices.dataflow ?? firstInsteadOfLinked(source, platform)) : null,
    objective: mapped ? objectiveAsked(source, choices) : null,
    capacities: mapped ? choices.capacities : {},
    fuse: mapped && choices.fuse,
    density,
    // Those that are counted would go before those that are set.
    weights:
      mapped && source.kind === "file" && choices.weights && choices.setZeros?.weight == null,
    ...(source.kind === "state" ? takingBack(choices.whatIf) : choices.whatIf),
    ...(mapped ? {} : OF_PLATFORM),
    ...choices.given,
  };
  return { source, platform, options };
}

/** What a link states is asked for unless the choice is told. */
function objectiveAsked({ kind }: Source, { objective }: Choices): Objective | null {
  return kind !== "state" && objective === "energy" ? null : objective;
}

/**
 * The platform's first dataflow, where a link's own would be asked for instead.
 *
 * What is not asked for, the engine takes from the link, and that may be one of another platform.
 */
function firstInsteadOfLinked(source: Source, platform: unknown): string | null {
  if (source.kind !== "state") return null;
  const linked = objectIn(source.state as LinkState, "options").dataflow ?? null;
  if (linked === null) return null;
  const flows = (platform as { dataflows?: readonly { id?: unknown }[] } | null)?.dataflows;
  const first = flows?.[0]?.id;
  return typeof first === "string" ? first : null;
}

/** Whether this is a sample as it ships, whose breakdown is there before Python. */
export function isAsShipped(opened: Opened): boolean {
  const { sample, choices } = opened;
  if (sample === null || isAnythingGiven(choices.given)) return false;
  return (
    isSamePlatform(choices.platform, DEFAULT_PLATFORM) &&
    choices.batch === 1 &&
    choices.bits === null &&
    choices.dataflow === null &&
    (choices.objective ?? "energy") === "energy" &&
    Object.keys(choices.capacities).length === 0 &&
    choices.setZeros === null &&
    isAsItIs(choices.whatIf) &&
    !choices.fuse &&
    choices.zeros === (sample.density !== null)
  );
}

/** Where the zero fractions in a link come from: a density file, or the table of layers itself. */
function linkedZeros(state: LinkState): string | null {
  const options = objectIn(state, "options");
  if (options.density != null) return String(objectIn(options, "density").source ?? "");
  return objectIn(state, "layers").zeros == null ? null : TABLES_OWN;
}

function linkedBatch(stated: unknown): number {
  return Number.isSafeInteger(stated) && Number(stated) >= 1 ? Number(stated) : 1;
}

function linkedBits(stated: unknown): Bits | null {
  const { weight, activation } = (stated ?? {}) as { weight?: unknown; activation?: unknown };
  return typeof weight === "number" && typeof activation === "number"
    ? { weight, activation }
    : null;
}

function linkedDataflow(stated: unknown): string | null {
  return typeof stated === "string" ? stated : null;
}

function linkedObjective(stated: unknown): Objective | null {
  return stated === "delay" || stated === "energy_delay" ? stated : null;
}

function linkedCapacities(stated: unknown): Readonly<Record<string, number>> {
  if (typeof stated !== "object" || stated === null) return {};
  return Object.fromEntries(
    Object.entries(stated).filter(([, bytes]) => Number.isSafeInteger(bytes) && bytes > 0),
  );
}

function objectIn(state: LinkState, key: string): Readonly<Record<string, unknown>> {
  const value = state[key];
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
