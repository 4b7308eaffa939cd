/** Where one has been: what was shown under an address, to come back to it as it was opened. */
import type { Opened } from "./opened.ts";

/** Older places open as links, as they do in another tab. */
const MOST_PLACES = 50;

export class Places {
  private readonly known = new Map<string, Opened>();

  /** What was shown under a fragment, "" for none; null where nothing was. */
  find(fragment: string): Opened | null {
    return this.known.get(fragment) ?? null;
  }

  note(fragment: string, opened: Opened): void {
    this.known.delete(fragment);
    this.known.set(fragment, opened);
    const [oldest] = this.known.keys();
    if (this.known.size > MOST_PLACES && oldest !== undefined) this.known.delete(oldest);
  }
}
