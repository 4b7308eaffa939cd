/** Where one has been: what was shown under an address, to come back to it as it was opened. */
import type { Opened } from "./opened.ts";
import type { PageView } from "./page_view.ts";

export interface Place {
  readonly opened: Opened;
  /** How it was looked at. */
  readonly view: PageView;
}

/** Older places open as links, as they do in another tab. */
const MOST_PLACES = 50;

export class Places {
  private readonly known = new Map<string, Place>();

  /** What was shown under a fragment, "" for none; null where nothing was. */
  find(fragment: string): Place | null {
    return this.known.get(fragment) ?? null;
  }

  note(fragment: string, place: Place): void {
    this.known.delete(fragment);
    this.known.set(fragment, place);
    const [oldest] = this.known.keys();
    if (this.known.size > MOST_PLACES && oldest !== undefined) this.known.delete(oldest);
  }
}
