/// <reference lib="webworker" />
/**
 * The engine's worker: owns Python, answers one request at a time.
 *
 * It starts Python only when the page's content-security policy holds here too. A worker does not
 * inherit the policy of the page's `<meta>` tag; it gets it from the header of its own script, which
 * the host or, failing that, the service worker sends.
 */
import { type Booted, bootEngine } from "./lib/boot.ts";
import { CountedFiles } from "./lib/counted_files.ts";
import { keepsIn } from "./lib/policy.ts";
import {
  COUNTING,
  type EngineError,
  type EstimateRequest,
  type FromWorker,
  NO_POLICY,
  type ToWorker,
} from "./lib/protocol.ts";

declare const self: DedicatedWorkerGlobalScope;

/** Where Python finds the user's files. */
const UPLOAD = "/upload";

let engine: Booted | null = null;

const counted = new CountedFiles((part) => new FileReaderSync().readAsArrayBuffer(part));

self.onmessage = async (event: MessageEvent<ToWorker>) => {
  const message = event.data;
  try {
    if (message.type === "boot") await boot();
    else await estimate(message.id, message.request);
  } catch (error) {
    // The engine's door never raises: this is Python itself gone wrong, and not to be used again.
    say({ type: "failed", error: broken(error) });
  }
};

function say(message: FromWorker): void {
  self.postMessage(message);
}

async function boot(): Promise<void> {
  if (!(await policyHolds())) {
    say({ type: "failed", error: OPEN });
    return;
  }
  engine = await bootEngine(new URL("./", self.location.href), (stage) =>
    say({ type: "stage", stage }),
  );
  say({ type: "ready", notes: engine.notes });
}

/**
 * Whether this worker is under a policy that lets nothing out.
 *
 * Two signs, and both are needed: text is refused as code, which only a policy in force here does;
 * and the policy that comes with this script is one that keeps everything in. The refusal is the one
 * violation that the page ever provokes; there is no way to see a policy in force without one.
 */
async function policyHolds(): Promise<boolean> {
  if (runsText()) return false;
  const own = await fetch(self.location.href);
  await own.body?.cancel();
  return keepsIn(own.headers.get("Content-Security-Policy"));
}

function runsText(): boolean {
  try {
    new Function("");
    return true;
  } catch {
    return false;
  }
}

async function estimate(id: number, request: EstimateRequest): Promise<void> {
  const { source } = request;
  if (source.kind === "state" || source.kind === "none") {
    ask(id, request, source);
  } else if (source.kind === "file") {
    await askAboutFiles(id, request, source.files);
  } else {
    const file = await fetchSample(source.url, source.name);
    if (file !== null) await askAboutFiles(id, request, [file]);
    else say({ type: "answer", id, text: JSON.stringify({ ok: false, error: lost(source.url) }) });
  }
}

/** Puts the files where Python finds them, for as long as the request takes. */
async function askAboutFiles(
  id: number,
  request: EstimateRequest,
  files: readonly File[],
): Promise<void> {
  const FS = started().python.FS;
  const names = distinct(files.map((file) => safeName(file.name)));
  const blobs = files.map((data, index) => ({ name: names[index], data }));
  const paths = names.map((name) => `${UPLOAD}/${name}`);
  counted.mount(new Map(files.map((file, index) => [paths[index] ?? "", file])));
  FS.mkdirTree(UPLOAD);
  // WORKERFS reads only the parts that Python asks for: a file of any size takes no memory.
  FS.mount(FS.filesystems.WORKERFS, { blobs }, UPLOAD);
  try {
    const along = Object.fromEntries(files.map((file, index) => [file.name, paths[index]]));
    const source = { kind: "file", path: paths[0], name: files[0]?.name, along };
    // With the mappings held goes the model held: its weights have been counted.
    if (request.options.weights && request.mappings !== "held") {
      await counted.prepare(
        () => handle(id, "weights", request, source),
        (done, total) => say({ type: "progress", id, text: COUNTING, fraction: done / total }),
      );
    }
    ask(id, request, source);
  } finally {
    FS.unmount(UPLOAD);
  }
}

function ask(id: number, request: EstimateRequest, source: unknown): void {
  say({ type: "answer", id, text: handle(id, request.verb ?? "estimate", request, source) });
}

/** Has the engine do one of the things it can: "estimate", say, or "weights", which only counts. */
function handle(id: number, what: string, request: EstimateRequest, source: unknown): string {
  const { platform, options, ownPlatform: own_platform = false, mappings, extra } = request;
  const asked = { ...extra, do: what, source, platform, own_platform, options, mappings };
  return started().handle(
    JSON.stringify(asked),
    (words, fraction) => {
      // While blocks are only collected, nothing has been counted yet.
      if (what !== "weights" || words !== COUNTING)
        say({ type: "progress", id, text: words, fraction: fraction ?? null });
    },
    (block) => counted.count(block),
  );
}

function started(): Booted {
  if (engine === null) throw new Error("a request came before the engine was ready");
  return engine;
}

/** The sample that was asked for last: the engine knows its file again. */
let sample: { readonly url: string; readonly file: File } | null = null;

async function fetchSample(url: string, name: string): Promise<File | null> {
  if (sample?.url === url) return sample.file;
  try {
    const response = await fetch(new URL(url, self.location.href));
    if (!response.ok) return null;
    sample = { url, file: new File([await response.blob()], name) };
    return sample.file;
  } catch {
    return null;
  }
}

/** Names that are all different: files of one name come from several folders. */
function distinct(names: readonly string[]): string[] {
  return names.map((name, index) => (names.indexOf(name) === index ? name : `${index}_${name}`));
}

/** A file's name as one step of a path. */
function safeName(name: string): string {
  const safe = name.replace(/[/\0]/g, "_");
  return safe === "" || safe === "." || safe === ".." ? "model" : safe;
}

const OPEN: EngineError = {
  code: NO_POLICY,
  message:
    "The engine was not started: the policy that keeps your model in this tab is not in force.",
  remedy: "Reload the page once. A private window may refuse the service worker it needs.",
};

function lost(url: string): EngineError {
  return {
    code: "sample-missing",
    message: `The sample ${url} could not be loaded.`,
    remedy: "Check the connection, or choose a file of your own.",
  };
}

function broken(error: unknown): EngineError {
  const reason = error instanceof Error ? error.message.trim().split("\n").at(-1) : String(error);
  return {
    code: engine === null ? "boot-failed" : "engine-stopped",
    message: `The engine ${engine === null ? "did not start" : "stopped"}: ${reason}.`,
    remedy:
      engine === null
        ? "Check the connection and reload the page."
        : "It is being started again; try once more, or use the terminal.",
  };
}
