/**
 * The files a request is about, as the engine counts zeros in them.
 *
 * The engine asks for blocks one after the other and waits for each; a browser reads a file at its
 * full speed only to one who does not wait. So the blocks are first collected, then read in streams
 * and counted, and then the engine, asking again, finds every answer there. What was counted once is
 * remembered: turning a dial does not read the weights again.
 */
import { type Block, countZeros } from "./zeros.ts";

/** Reads a part of a file and waits for it; only a worker can. */
export type ReadPart = (part: Blob) => ArrayBuffer;

/** Told of the bytes that are counted and of all that are to be. */
export type Told = (done: number, total: number) => void;

interface Wanted {
  readonly key: string;
  readonly block: Block;
  readonly file: File;
}

const MOST_REMEMBERED = 100_000;
const MOST_PATTERNS_KEPT = 4096;
/** Bytes between two blocks that are read and passed over, rather than begun anew behind. */
const SMALL_GAP_BYTES = 1 << 18;
/**
 * Without a byte for so long, the stream is given up and another one begun where it stood; the next
 * waits twice as long. On a busy machine Chromium's streams of files sometimes stop for good.
 */
const PATIENCE_MS = 4000;

export class CountedFiles {
  private readonly readPart: ReadPart;
  private readonly files = new Map<string, File>();
  private readonly known = new Map<string, string>();
  private readonly prepared = new Set<string>();
  private collected: Wanted[] | null = null;

  private readonly patienceMs: number;

  constructor(readPart: ReadPart, patienceMs = PATIENCE_MS) {
    this.readPart = readPart;
    this.patienceMs = patienceMs;
  }

  /** The files that blocks are of from now on, by the path that the engine knows them by. */
  mount(files: ReadonlyMap<string, File>): void {
    this.files.clear();
    for (const [path, file] of files) this.files.set(path, file);
  }

  /** Counts ahead every block that is asked for in `ask`, unless that was done for these files. */
  async prepare(ask: () => void, told: Told): Promise<void> {
    const files = [...this.files].map(([path, file]) => `${path} ${identity(file)}`).join("\n");
    if (this.prepared.has(files)) return;
    this.collected = [];
    let wanted: Wanted[];
    try {
      ask();
    } finally {
      wanted = this.collected;
      this.collected = null;
    }
    await this.countAll(wanted, told);
    this.prepared.add(files);
  }

  /** Answers the engine about one block: JSON text in, JSON text out. */
  count(text: string): string {
    const block = JSON.parse(text) as Block;
    const file = this.files.get(block.path);
    if (file === undefined) return "null";
    const { path, start, end } = block;
    const key = `${identity(file)} ${path} ${start} ${end} ${digest(text)}`;
    const before = this.known.get(key);
    if (before !== undefined) return before;
    // Where a block of varints ends is known when it is read, and zero points for every few weights
    // are too much to keep: those are counted now.
    const collects = !block.varints && block.patterns.length <= MOST_PATTERNS_KEPT;
    if (this.collected !== null && collects) {
      this.collected.push({ key, block, file });
      return JSON.stringify([0, block.elements, block.end]);
    }
    const bytes = new Uint8Array(this.readPart(file.slice(block.start, block.end)));
    if (bytes.length !== block.end - block.start) return "null";
    return this.remember(key, bytes, block);
  }

  private remember(key: string, bytes: Uint8Array<ArrayBuffer>, block: Block): string {
    const answer = JSON.stringify(countZeros(bytes, block));
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    this.known.set(key, answer);
    return answer;
  }

  private async countAll(wanted: readonly Wanted[], told: Told): Promise<void> {
    const total = wanted.reduce((sum, { block }) => sum + block.end - block.start, 0);
    let done = 0;
    let reader: StreamReader | null = null;
    for (const { key, block, file } of inOrder(wanted)) {
      if (reader === null || !reader.reaches(file, block.start)) {
        await reader?.end();
        reader = new StreamReader(file, block.start, this.patienceMs);
      }
      const bytes = await reader.read(block.start, block.end);
      if (bytes !== null) this.remember(key, bytes, block);
      done += block.end - block.start;
      told(done, total);
    }
    await reader?.end();
  }
}

/** Two hashes (FNV-1a and djb2) of what is asked about one and the same part of a file. */
function digest(text: string): string {
  let [one, two] = [0x811c9dc5, 5381];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    one = Math.imul(one ^ code, 0x01000193);
    two = (Math.imul(two, 33) + code) | 0;
  }
  return `${text.length} ${one} ${two}`;
}

function identity({ size, lastModified }: File): string {
  return `${size} ${lastModified}`;
}

function inOrder(wanted: readonly Wanted[]): readonly Wanted[] {
  return [...wanted].sort((a, b) =>
    a.file === b.file ? a.block.start - b.block.start : a.block.path < b.block.path ? -1 : 1,
  );
}

/** Reads a file from a place on, into one and the same piece of memory where the browser can. */
class StreamReader {
  private readonly file: File;
  private reader: ReadableStreamBYOBReader | null;
  private position: number;
  private patienceMs: number;
  private memory = new ArrayBuffer(SMALL_GAP_BYTES);

  constructor(file: File, start: number, patienceMs: number) {
    this.file = file;
    this.patienceMs = patienceMs;
    this.position = start;
    this.reader = readerOf(file.slice(start));
  }

  reaches(file: File, start: number): boolean {
    const gap = start - this.position;
    return file === this.file && gap >= 0 && gap <= SMALL_GAP_BYTES;
  }

  /** The bytes from `start` to `end`, valid until the next are read; null where there are less. */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer> | null> {
    if (start > this.position && (await this.fill(start - this.position)) === null) return null;
    return this.fill(end - start);
  }

  async end(): Promise<void> {
    await this.reader?.cancel().catch(() => undefined);
  }

  /** The stream stands still: begins another where the last block ended. */
  private again(): void {
    void this.end();
    this.patienceMs *= 2;
    this.reader = readerOf(this.file.slice(this.position));
    this.memory = new ArrayBuffer(0); // the old one is the old stream's
  }

  private async fill(length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.reader === null) return this.readApart(length);
    let filled = 0;
    while (filled < length) {
      if (this.memory.byteLength < length) this.memory = new ArrayBuffer(length);
      const rest = new Uint8Array(this.memory, filled, length - filled);
      const read = await within(this.patienceMs, this.reader.read(rest));
      if (read === null) {
        this.again();
        filled = 0;
        continue;
      }
      const { done, value } = read;
      this.memory = value?.buffer ?? new ArrayBuffer(0); // handed over and back
      if (value === undefined) return null;
      filled += value.length;
      if (done) return null;
    }
    this.position += length;
    return new Uint8Array(this.memory, 0, length);
  }

  private async readApart(length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const part = this.file.slice(this.position, this.position + length);
    this.position += length;
    return part.size === length ? new Uint8Array(await part.arrayBuffer()) : null;
  }
}

/** What comes of it, or null where nothing does in that time. */
function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A reader into memory that it is given; not every browser has one. */
function readerOf(blob: Blob): ReadableStreamBYOBReader | null {
  try {
    return blob.stream().getReader({ mode: "byob" });
  } catch {
    return null;
  }
}
