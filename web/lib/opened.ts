/** What is being looked at, and how: a model with the choices that its breakdown depends on. */
import type { LinkState } from "./link.ts";
import type { EstimateOptions, EstimateRequest, Source } from "./protocol.ts";
import { type Given, isAnythingGiven, NOTHING_GIVEN } from "./questions.ts";
import { modelPath, type Sample } from "./samples.ts";

export interface Bits {
  readonly weight: number;
  readonly activation: number;
}

/** What the controls say. null leaves it to the model. */
export interface Choices {
  readonly batch: number | null;
  readonly bits: Bits | null;
  /** The dataflow that layers are mapped by. */
  readonly dataflow: string | null;
  /** Whether known zero fractions are used. */
  readonly zeros: boolean;
  /** Whether the zeros in the weights are counted; for a model file of the user's own. */
  readonly weights: boolean;
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
  /** A platform file of the user's own; null for the one that ships. */
  readonly platform: unknown;
  readonly choices: Choices;
}

/** What a table of layers says of its own zeros. */
const TABLES_OWN = "from the table of layers";

const PLAIN: Choices = {
  batch: null,
  bits: null,
  dataflow: null,
  zeros: false,
  weights: false,
  given: NOTHING_GIVEN,
};

export function openedFiles(files: readonly File[]): Opened {
  return {
    title: files[0]?.name ?? "model",
    source: { kind: "file", files },
    sample: null,
    density: null,
    densitySource: null,
    platform: null,
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
      platform: null,
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
    platform: objectIn(state, "platform").file ?? null,
    choices: { ...PLAIN, zeros: source !== null },
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

export function requestFor(opened: Opened, shippedPlatform: unknown): EstimateRequest {
  const { choices, source } = opened;
  // A link's layers hold their own zeros: null leaves them, false takes them away.
  const density =
    source.kind === "state"
      ? choices.zeros
        ? null
        : false
      : choices.zeros
        ? opened.density
        : null;
  const options: EstimateOptions = {
    batch: choices.batch,
    bits: choices.bits,
    dataflow: choices.dataflow,
    density,
    weights: source.kind === "file" && choices.weights,
    ...choices.given,
  };
  return { source, platform: opened.platform ?? shippedPlatform, options };
}

/** Whether this is a sample as it ships, whose breakdown is there before Python. */
export function isAsShipped(opened: Opened): boolean {
  const { sample, choices, platform } = opened;
  if (sample === null || platform !== null || isAnythingGiven(choices.given)) return false;
  return (
    choices.batch === 1 &&
    choices.bits === null &&
    choices.dataflow === null &&
    choices.zeros === (sample.density !== null)
  );
}

/** Where the zero fractions in a link come from: a density file, or the table of layers itself. */
function linkedZeros(state: LinkState): string | null {
  const options = objectIn(state, "options");
  if (options.density != null) return String(objectIn(options, "density").source ?? "");
  return objectIn(state, "layers").zeros == null ? null : TABLES_OWN;
}

function objectIn(state: LinkState, key: string): Readonly<Record<string, unknown>> {
  const value = state[key];
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
