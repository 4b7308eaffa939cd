/// <reference lib="webworker" />
/**
 * Python as the console's editor asks for it: a module that exports `loadPyodide`.
 *
 * PyScript imports it in its worker, and gets the engine from the page's own snapshot with the model
 * at hand that the link in this module's own address names, or else the first sample.
 */
import type { PyodideAPI, PyodideConfig } from "pyodide";
import { bootPython } from "./lib/boot.ts";
import { decodeLink, type LinkState } from "./lib/link.ts";

/** PyScript names its storage by it. */
export const version = "joulegraph";

const here = new URL(import.meta.url);
const site = new URL(".", here);

export async function loadPyodide(settings: PyodideConfig): Promise<PyodideAPI> {
  const [{ python }, taken] = await Promise.all([
    bootPython(site, () => undefined, settings),
    stateAndPlatform(),
  ]);
  python.pyimport("py.console").take(...taken);
  return python;
}

/** What is open, and the file of the platform it was priced on, as JSON. */
async function stateAndPlatform(): Promise<[string, string]> {
  const state = here.hash === "" ? await firstSample() : await decodeLink(here.hash);
  const { id, file } = (state.platform ?? {}) as { id?: unknown; file?: unknown };
  const platform = file ?? (await json(`${await folderOf(id)}/${id}.json`));
  return [JSON.stringify(state), JSON.stringify(platform)];
}

async function firstSample(): Promise<LinkState> {
  const [sample] = await json("models/index.json");
  return (await json(`samples/${sample.id}.json`)).state;
}

const FOLDERS: Record<string, string> = {
  accelerator: "accelerators",
  measured: "profiles",
  datasheet: "devices",
};

async function folderOf(id: unknown): Promise<string> {
  const found = (await json("platforms.json")).find((entry: { id: string }) => entry.id === id);
  if (found === undefined) throw new Error(`no platform of this page is called ${id}`);
  return FOLDERS[found.kind] ?? "";
}

// biome-ignore lint/suspicious/noExplicitAny: the site's own files
async function json(path: string): Promise<any> {
  const response = await fetch(new URL(path, site));
  if (!response.ok) throw new Error(`${path}: status 200 expected, got ${response.status}`);
  return response.json();
}
