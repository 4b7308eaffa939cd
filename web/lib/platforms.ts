/** The accelerators that a model can be priced on: those that ship, and the user's own. */
import { Problem } from "./problem.ts";

/** One that ships, as accelerators/index.json lists it. */
export interface PlatformEntry {
  readonly id: string;
  readonly name: string;
  readonly about: string;
}

/** The one that is chosen. */
export interface ChosenPlatform {
  readonly id: string;
  /** The content of the user's own file; null for one that ships. */
  readonly file: unknown;
}

/** What models are priced on at first, and what the shipped samples are of. */
export const DEFAULT_PLATFORM: ChosenPlatform = { id: "eyeriss", file: null };

export const PLATFORMS_PATH = "accelerators/index.json";
export const platformPath = (id: string): string => `accelerators/${id}.json`;

export function asPlatforms(value: unknown): readonly PlatformEntry[] {
  if (!Array.isArray(value)) {
    throw new Problem(
      "platforms-invalid",
      "The list of accelerators can't be read.",
      "Reload the page.",
    );
  }
  return value as PlatformEntry[];
}

/** The user's own accelerator; whether it is a good one, the engine says. */
export function ownPlatform(file: unknown): ChosenPlatform {
  return { id: textIn(file, "id") ?? "own", file };
}

/** What an accelerator of the user's own is called. */
export function ownName({ id, file }: ChosenPlatform): string {
  return (textIn(file, "name") ?? id).slice(0, 80);
}

/** The platform that a link names, or carries. */
export function linkedPlatform(platform: unknown): ChosenPlatform {
  const file = (platform as { file?: unknown } | null | undefined)?.file ?? null;
  if (file !== null) return ownPlatform(file);
  const id = textIn(platform, "id");
  return id === null ? DEFAULT_PLATFORM : { id, file: null };
}

/** Refuses a platform that neither ships nor came along. */
export function refuseUnknown({ id, file }: ChosenPlatform, shipped: readonly PlatformEntry[]) {
  if (file !== null || shipped.some((entry) => entry.id === id)) return;
  throw new Problem(
    "platform-unknown",
    `The breakdown is of the accelerator ${id.slice(0, 64)}, which neither ships with this page nor comes along.`,
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
