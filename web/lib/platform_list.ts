/** The platforms as one chooses among them: in groups, each with what it can say, found by words. */
import {
  type ChosenPlatform,
  ownName,
  type PlatformEntry,
  type PlatformKind,
} from "./platforms.ts";

/** One to choose. */
export interface PlatformOption {
  readonly platform: ChosenPlatform;
  readonly name: string;
  /** What it can say of a model, or what it is. */
  readonly says: string;
  /** Whether the list may cut what it says short. */
  readonly brief: boolean;
  /** What is searched. */
  readonly text: string;
}

export interface PlatformGroup {
  readonly label: string;
  /** What holds for all of them. */
  readonly about: string;
  readonly options: readonly PlatformOption[];
}

const KINDS: Readonly<Record<PlatformKind, readonly [string, string]>> = {
  accelerator: ["Accelerators", "energy modelled from the data moved"],
  measured: ["Measured devices", "time fitted to measurements, with intervals"],
  datasheet: ["Datasheets", "nobody measured these: all is estimated"],
};

/** In what a profile's kinds of layers are told to people. */
const LAYERS: Readonly<Record<string, string>> = {
  conv: "convolution",
  grouped: "grouped convolution",
  depthwise: "depthwise convolution",
  dense: "fully connected",
  matmul: "matrix product",
  pool: "pooling",
  norm: "normalisation",
};

export function layerKind(kind: string): string {
  return LAYERS[kind] ?? kind;
}

/** The groups of the list, one's own platform first; of those only what has all the words. */
export function platformGroups(
  entries: readonly PlatformEntry[],
  own: ChosenPlatform | null,
  search: string,
): readonly PlatformGroup[] {
  const groups = new Map<string, PlatformGroup>();
  if (own !== null) {
    const option = optionOf(own, ownName(own), "your file", "own", true);
    groups.set("own", { label: "Your own", about: "", options: [option] });
  }
  for (const entry of entries) {
    const label = labelOf(entry);
    const before = groups.get(label);
    const option = optionOf(
      { id: entry.id, file: null },
      entry.name,
      says(entry),
      `${entry.id} ${label}`,
      entry.kind === "accelerator",
    );
    groups.set(label, {
      label,
      about: before?.about ?? aboutOf(entry),
      options: [...(before?.options ?? []), option],
    });
  }
  const words = plain(search).split(" ").filter(Boolean);
  return [...groups.values()].flatMap((group) => {
    const options = group.options.filter(({ text }) => words.every((word) => text.includes(word)));
    return options.length === 0 ? [] : [{ ...group, options }];
  });
}

/** What a platform that ships can say, in a few words. */
export function says(entry: PlatformEntry): string {
  if (entry.kind === "accelerator") return entry.about ?? "";
  const power =
    entry.power === undefined
      ? "no power, no energy"
      : entry.kind === "datasheet"
        ? "time, power, energy"
        : `power and energy ${entry.power}`;
  if (entry.kind === "measured")
    return `${(entry.measured ?? []).map(layerKind).join(", ")}: time measured, ${power}`;
  const only = entry.only === undefined ? "" : `, only in ${entry.only.join(", ")}`;
  return `${entry.power === undefined ? `time; ${power}` : power}${only}`;
}

function labelOf({ kind, class: of }: PlatformEntry): string {
  const [label] = KINDS[kind];
  return of === undefined ? label : `${label}: ${of}`;
}

function aboutOf({ kind }: PlatformEntry): string {
  return KINDS[kind]?.[1] ?? "";
}

function optionOf(
  platform: ChosenPlatform,
  name: string,
  says: string,
  more: string,
  brief: boolean,
): PlatformOption {
  return { platform, name, says, brief, text: plain(`${name} ${says} ${more}`) };
}

/** Small letters, and nothing but letters and digits between spaces. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ");
}
