/**
 * The files a request is about, as the engine counts zeros in them: a block at a time, read straight
 * from the file. What was counted once is remembered, so that turning a dial does not read the
 * weights again.
 */
import { type Block, countZeros } from "./zeros.ts";

/** Reads a part of a file at once; only a worker can. */
export type ReadPart = (part: Blob) => ArrayBuffer;

const MOST_REMEMBERED = 100_000;

export class CountedFiles {
  private readonly readPart: ReadPart;
  private readonly files = new Map<string, File>();
  private readonly known = new Map<string, string>();

  constructor(readPart: ReadPart) {
    this.readPart = readPart;
  }

  /** The files that blocks are of from now on, by the path that the engine knows them by. */
  mount(files: ReadonlyMap<string, File>): void {
    this.files.clear();
    for (const [path, file] of files) this.files.set(path, file);
  }

  /** Answers the engine about one block: JSON text in, JSON text out. */
  count(text: string): string {
    const block = JSON.parse(text) as Block;
    const file = this.files.get(block.path);
    if (file === undefined) return "null";
    const key = `${file.size} ${file.lastModified} ${text}`;
    const before = this.known.get(key);
    if (before !== undefined) return before;
    const bytes = new Uint8Array(this.readPart(file.slice(block.start, block.end)));
    if (bytes.length !== block.end - block.start) return "null";
    const answer = JSON.stringify(countZeros(bytes, block));
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    this.known.set(key, answer);
    return answer;
  }
}
