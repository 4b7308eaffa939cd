/** The platforms that a model can be priced on: those that ship, of three kinds, and one's own. */
import { Problem } from "./problem.ts";

export type PlatformKind = "accelerator" | "measured" | "datasheet";

/** One that ships, as platforms.json lists it. */
export interface PlatformEntry {
  readonly id: string;
  readonly kind: PlatformKind;
  readonly name: string;
  /** Of an accelerator: its first sentence. */
  readonly about?: string;
  /** Of a datasheet: what kind of device it is. */
  readonly class?: string;
  /** Of a measured device: the kinds of layers that were. */
  readonly measured?: readonly string[];
  /** Of a measured device: how far off its fitted times are by kind, of rows not seen (RMSPE). */
  readonly rmspe?: Readonly<Record<string, number>>;
  /** Where the power of a device is from; not there where it is unknown. */
  readonly power?: "measured" | "estimated";
  /** Of a datasheet without a peak for single precision: the precisions that it has one for. */
  readonly only?: readonly string[];
}

/** The one that is chosen. */
export interface ChosenPlatform {
  readonly id: string;
  /** The content of the user's own file; null for one that ships. */
  readonly file: unknown;
}

/** What models are priced on at first, and what the shipped samples are of. */
export const DEFAULT_PLATFORM: ChosenPlatform = { id: "eyeriss", file: null };

export const PLATFORMS_PATH = "platforms.json";

const FOLDERS: Readonly<Record<PlatformKind, string>> = {
  accelerator: "accelerators",
  measured: "profiles",
  datasheet: "devices",
};

export const platformPath = ({ id, kind }: Pick<PlatformEntry, "id" | "kind">): string =>
  `${FOLDERS[kind]}/${id}.json`;

/** Where the default's file lies, known before the list is there. */
export const DEFAULT_PATH = platformPath({ id: DEFAULT_PLATFORM.id, kind: "accelerator" });

/** The beginnings of the schemas of files that describe a platform. */
const SCHEMAS = ["joulegraph/accelerator/", "joulegraph/profile/", "joulegraph/device/"];

/** Whether a file's schema is of a platform, of whatever version: which are read, the engine says. */
export function isPlatformSchema(schema: unknown): boolean {
  return SCHEMAS.some((start) => String(schema).startsWith(start));
}

export function asPlatforms(value: unknown): readonly PlatformEntry[] {
  if (!Array.isArray(value)) {
    throw new Problem(
      "platforms-invalid",
      "The list of platforms can't be read.",
      "Reload the page.",
    );
  }
  return value as PlatformEntry[];
}

/** The user's own platform; whether it is a good one, the engine says. */
export function ownPlatform(file: unknown): ChosenPlatform {
  return { id: textIn(file, "id") ?? "own", file };
}

/** What a platform of the user's own is called. */
export function ownName({ id, file }: ChosenPlatform): string {
  return (textIn(file, "name") ?? id).slice(0, 80);
}

/** Whether a platform's file is of an accelerator, onto which layers are mapped. */
export function isMappedFile(file: unknown): boolean {
  const kind = textIn(file, "kind");
  return kind === null || kind === "accelerator";
}

/** The platform that a link names, or carries. */
export function linkedPlatform(platform: unknown): ChosenPlatform {
  const file = (platform as { file?: unknown } | null | undefined)?.file ?? null;
  if (file !== null) return ownPlatform(file);
  const id = textIn(platform, "id");
  return id === null ? DEFAULT_PLATFORM : { id, file: null };
}

/** The entry of a platform that ships; refuses one that neither ships nor came along. */
export function entryOf(id: string, shipped: readonly PlatformEntry[]): PlatformEntry {
  const entry = shipped.find((one) => one.id === id);
  if (entry !== undefined) return entry;
  throw new Problem(
    "platform-unknown",
    `The breakdown is of the platform ${id.slice(0, 64)}, which neither ships with this page nor comes along.`,
    "Ask for the breakdown as a file, which holds it.",
  );
}

export function isSamePlatform(a: ChosenPlatform, b: ChosenPlatform): boolean {
  return a.id === b.id && a.file === b.file;
}

function textIn(object: unknown, key: string): string | null {
  if (typeof object !== "object" || object === null) return null;
  const value = (object as Readonly<Record<string, unknown>>)[key];
  return typeof value === "string" && value !== "" ? value : null;
}
