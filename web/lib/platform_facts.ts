/**
 * What a platform's file says of it, for people: sizes and sources.
 *
 * A file of the user's own has been accepted by the engine when it gets here; all the same nothing
 * is taken for granted of what only this page reads.
 */
import { type Fields, fieldsOf, list, number, text } from "./fields.ts";
import { quantity, short } from "./format.ts";

export interface LevelFacts {
  readonly id: string;
  readonly name: string;
  /** "100 KiB", "weight 448 B, ifmap 24 B"; null where it has no bound. */
  readonly capacity: string | null;
  /** Where the capacity comes from. */
  readonly source: string | null;
  /** All of it, where it is told in bytes. */
  readonly size_bytes: number | null;
  /** Whether tensors share it. */
  readonly shared: boolean;
  /** What it is given out by; null where nothing is said. */
  readonly bank_bytes: number | null;
}

export interface PlatformFacts {
  readonly about: string | null;
  /** "200 MHz"; null where the file names no clock. */
  readonly clock: string | null;
  readonly clock_hz: number | null;
  /** "12 × 14 PEs". */
  readonly array: string | null;
  /** PEs along each axis of the array; none where a size is not told. */
  readonly axes: readonly { readonly name: string; readonly pes: number }[];
  /** Where the clock and the energy of a MAC come from. */
  readonly macSources: readonly string[];
  readonly levels: readonly LevelFacts[];
  /** What stands for each source's short name. */
  readonly sources: readonly { readonly id: string; readonly text: string }[];
  readonly licence: string | null;
}

export function platformFacts(file: unknown): PlatformFacts {
  const fields = fieldsOf(file);
  const clock = number(fieldsOf(fields.clock_hz).value);
  const axes = list(fieldsOf(fields.array).axes).map((axis) => axisOf(fieldsOf(axis)));
  const known = axes.filter((axis) => axis !== null);
  const sized = known.length === axes.length ? known : [];
  return {
    about: text(fields.about),
    clock: clock === null ? null : shortened(quantity(clock, "Hz")),
    clock_hz: clock,
    array: sized.length === 0 ? null : `${sized.map(({ pes }) => pes).join(" × ")} PEs`,
    axes: sized,
    macSources: [fields.clock_hz, fields.mac_energy_j].flatMap(
      (of) => text(fieldsOf(of).source) ?? [],
    ),
    levels: list(fields.levels).map((level) => levelFacts(fieldsOf(level))),
    sources: Object.entries(fieldsOf(fields.sources)).map(([id, of]) => ({
      id,
      text: sourceText(of),
    })),
    licence: text(fields.licence),
  };
}

/** The memories whose size has a dial: those that tensors share, else the outermost there is. */
export function sizableLevels({ levels }: PlatformFacts): readonly (LevelFacts & Sized)[] {
  const sized = levels.flatMap((level) =>
    level.size_bytes === null ? [] : [{ ...level, size_bytes: level.size_bytes }],
  );
  const shared = sized.filter((level) => level.shared);
  return shared.length > 0 ? shared : sized.slice(0, 1);
}

interface Sized {
  readonly size_bytes: number;
}

/** The accelerator in a line: "12 × 14 PEs at 200 MHz · Global buffer 100 KiB · …". */
export function factsLine(facts: PlatformFacts, changed: Sizes = {}): string {
  const at = [facts.array, facts.clock].filter(Boolean).join(" at ");
  const stored = facts.levels.flatMap((level) => {
    const size = sizeOf(level, changed);
    return size === null ? [] : [`${level.name} ${size}`];
  });
  return [at, ...stored].filter(Boolean).join(" · ");
}

/** A memory's size, and the file's where it was changed; null where it has no bound. */
export function sizeOf({ id, capacity }: LevelFacts, changed: Sizes): string | null {
  const bytes = changed[id];
  return bytes === undefined ? capacity : `${bytesText(bytes)}, not ${capacity}`;
}

/** Bytes of memory levels by their ids. */
type Sizes = Readonly<Record<string, number>>;

/** Bytes as memories are sold: "100 KiB", "24 MiB", "48 B"; at most four digits. */
export function bytesText(bytes: number): string {
  let [size, unit] = [bytes, "B"];
  for (const larger of ["KiB", "MiB", "GiB"]) {
    if (size < 1024) break;
    [size, unit] = [size / 1024, larger];
  }
  return `${short(size, 4)} ${unit}`;
}

function axisOf(axis: Fields): PlatformFacts["axes"][number] | null {
  const pes = number(fieldsOf(axis.pes).value);
  return pes === null ? null : { name: text(axis.name) ?? "PEs", pes };
}

function levelFacts(level: Fields): LevelFacts {
  const capacity = fieldsOf(level.capacity);
  const unit = text(capacity.unit) ?? "bytes";
  const room = Object.entries(fieldsOf(capacity.value)).flatMap(([tensor, size]) =>
    number(size) === null ? [] : [{ tensor, size: size as number }],
  );
  const bank = fieldsOf(level.bank);
  const size = room.reduce((sum, { size }) => sum + size, 0);
  const words = room.map(({ tensor, size }) =>
    room.length === 1 ? sizeText(size, unit) : `${tensor} ${sizeText(size, unit)}`,
  );
  return {
    id: text(level.id) ?? "",
    name: text(level.name) ?? text(level.id) ?? "",
    capacity: words.length === 0 ? null : words.join(", "),
    source: text(capacity.source),
    size_bytes: unit === "bytes" && size > 0 ? size : null,
    shared: room.some(({ tensor }) => tensor === "shared"),
    bank_bytes: bank.unit === "bytes" ? number(bank.value) : null,
  };
}

function sizeText(size: number, unit: string): string {
  return unit === "bytes"
    ? bytesText(size)
    : `${size} ${size === 1 ? unit.replace(/s$/, "") : unit}`;
}

/** A source is a text, or a title with an address and the day it was seen. */
function sourceText(source: unknown): string {
  if (typeof source === "string") return source;
  const { title, url, seen } = fieldsOf(source);
  const day = text(seen);
  return [text(title), text(url), day === null ? null : `seen ${day}`].filter(Boolean).join("; ");
}

/** "200.0 MHz" is "200 MHz". */
function shortened(quantity: string): string {
  return quantity.replace(/\.0+(?= )|(\.\d*?)0+(?= )/, "$1");
}
