/**
 * Starts Python in the worker, from the memory snapshot where it fits.
 *
 * The snapshot holds the interpreter's memory with the engine already imported, so nothing is
 * compiled or imported at start. It belongs to the very build of Pyodide that it was made with; when
 * it is refused, Python starts plainly and imports the engine from its archive.
 */
import type { PyodideAPI, PyodideConfig } from "pyodide";
import type { Stage } from "./protocol.ts";

/** The engine's one door: a request as JSON text in, an answer as JSON text out. */
export type Handle = (
  request: string,
  progress: (text: string, fraction?: number | null) => void,
  count: (block: string) => string,
) => string;

export interface Python {
  readonly python: PyodideAPI;
  /** What was not as planned. */
  readonly notes: readonly string[];
}

export interface Booted extends Python {
  readonly handle: Handle;
}

interface PyodideModule {
  loadPyodide(settings: PyodideConfig): Promise<PyodideAPI>;
}

/** Where the build puts the parts, relative to the page. */
const PARTS = {
  module: "pyodide/pyodide.mjs",
  folder: "pyodide/",
  snapshot: "engine.snapshot",
  archive: "engine.zip",
};

/** A WebAssembly module with nothing in it: the magic number and the version. */
const SMALLEST_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** Boots the engine whose files lie at `base`, telling of each stage. */
export async function bootEngine(base: URL, tell: (stage: Stage) => void): Promise<Booted> {
  const booted = await bootPython(base, tell);
  return { ...booted, handle: booted.python.pyimport("py.page").handle as Handle };
}

/** Boots Python with the engine in it; `more` are settings of Pyodide's. */
export async function bootPython(
  base: URL,
  tell: (stage: Stage) => void,
  more?: PyodideConfig,
): Promise<Python> {
  // Where a policy refuses WebAssembly, `loadPyodide` would wait for ever; this throws.
  await WebAssembly.compile(SMALLEST_MODULE);
  const notes: string[] = [];
  const settings = { ...more, indexURL: new URL(PARTS.folder, base).href } as PyodideConfig;

  tell({ name: "download", text: "Downloading the engine", fraction: 0 });
  const module = import(new URL(PARTS.module, base).href) as Promise<PyodideModule>;
  const snapshot = download(new URL(PARTS.snapshot, base), (fraction) =>
    tell({ name: "download", text: "Downloading the engine", fraction }),
  ).then((bytes) => {
    tell({ name: "start", text: "Starting Python", fraction: null });
    return bytes;
  });
  snapshot.catch(() => undefined); // looked at below

  const { loadPyodide } = await module;
  let python: PyodideAPI;
  try {
    python = await loadPyodide({ ...settings, _loadSnapshot: snapshot } as PyodideConfig);
  } catch (error) {
    notes.push(`Started without the snapshot: ${error}`);
    tell({ name: "start", text: "Starting Python without its snapshot", fraction: null });
    python = await plainBoot(loadPyodide, settings, new URL(PARTS.archive, base));
  }
  // The snapshot froze the state of the random generator; every start gets its own.
  python.runPython("import random; random.seed()");
  return { python, notes };
}

async function plainBoot(
  loadPyodide: PyodideModule["loadPyodide"],
  settings: PyodideConfig,
  archive: URL,
): Promise<PyodideAPI> {
  const [python, response] = await Promise.all([loadPyodide(settings), fetch(archive)]);
  if (!response.ok) throw new Error(`engine.zip: status 200 expected, got ${response.status}`);
  python.FS.writeFile("/engine.zip", new Uint8Array(await response.arrayBuffer()));
  python.runPython("import sys; sys.path.insert(0, '/engine.zip')");
  return python;
}

/** Fetches and unpacks the gzipped snapshot, telling how much of it has come. */
async function download(url: URL, tell: (fraction: number | null) => void): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) {
    throw new Error(`engine.snapshot: status 200 expected, got ${response.status}`);
  }
  const total = Number(response.headers.get("Content-Length")) || null;
  let received = 0;
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        const before = received;
        received += chunk.length;
        // One message per percent or so; more would only keep the page busy.
        if (
          total !== null &&
          Math.floor((50 * before) / total) < Math.floor((50 * received) / total)
        )
          tell(Math.min(1, received / total));
        controller.enqueue(chunk);
      },
    }),
  );
  const unpacked = new Response(counted.pipeThrough(new DecompressionStream("gzip")));
  return new Uint8Array(await unpacked.arrayBuffer());
}
