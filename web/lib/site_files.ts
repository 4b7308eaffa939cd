/** What ships with the page, fetched once. */
import {
  asPlatforms,
  type ChosenPlatform,
  DEFAULT_PATH,
  DEFAULT_PLATFORM,
  entryOf,
  PLATFORMS_PATH,
  platformPath,
} from "./platforms.ts";

export class SiteFiles {
  private readonly fetchJson: (path: string) => Promise<unknown>;
  private readonly fetched = new Map<string, Promise<unknown>>();

  constructor(fetchJson: (path: string) => Promise<unknown>) {
    this.fetchJson = fetchJson;
  }

  json(path: string): Promise<unknown> {
    const known = this.fetched.get(path);
    if (known !== undefined) return known;
    const coming = this.fetchJson(path);
    this.fetched.set(path, coming);
    coming.catch(() => this.fetched.delete(path)); // may be there the next time
    return coming;
  }

  /** The content of a platform's file, whether it ships or is the user's own. */
  async platform(chosen: ChosenPlatform): Promise<unknown> {
    if (chosen.file !== null) return chosen.file;
    if (chosen.id === DEFAULT_PLATFORM.id) return this.json(DEFAULT_PATH);
    const shipped = asPlatforms(await this.json(PLATFORMS_PATH));
    return this.json(platformPath(entryOf(chosen.id, shipped)));
  }
}
