/** What the user's files are: a model with its companions, or JSON that changes how one is seen. */
import { decodeLink, type LinkState } from "./link.ts";
import { isPlatformSchema } from "./platforms.ts";
import { Problem } from "./problem.ts";
import { MOST_RUNS } from "./runs.ts";

export type Dropped =
  /** The model first, then the files that may hold its external data. */
  | { readonly kind: "model"; readonly files: readonly File[] }
  | { readonly kind: "density"; readonly density: unknown }
  | { readonly kind: "platform"; readonly platform: unknown }
  /** How often runs that are compared are wrong. */
  | { readonly kind: "errors"; readonly table: string }
  | { readonly kind: "state"; readonly state: LinkState };

/** Results of networks with thousands of layers have some megabytes. */
const MAX_JSON_BYTES = 33_554_432;

/** The header of a table of errors; one of layers has other columns. */
const ERRORS = /^(?=.*\bname\b).*\b(error|accuracy)\b/i;
const MAX_TABLE_BYTES = 1_000_000;

/** The ends of names of files that are a model by themselves. */
const MODELS = [".onnx", ".csv"];

/** Sorts files into what they are; throws a Problem for JSON that is nothing we know. */
export async function sortDropped(files: readonly File[]): Promise<readonly Dropped[]> {
  const json = files.filter((file) => file.name.toLowerCase().endsWith(".json"));
  const found: Dropped[] = [];
  const others: File[] = [];
  for (const file of files) {
    if (json.includes(file)) continue;
    const isCsv = file.name.toLowerCase().endsWith(".csv");
    if (isCsv && ERRORS.test(await file.slice(0, 200).text()))
      found.push({ kind: "errors", table: await file.slice(0, MAX_TABLE_BYTES).text() });
    else others.push(file);
  }
  const models = others.filter((file) => rank(file) < MODELS.length);
  if (models.length > MOST_RUNS) {
    const text = `${models.length} models were given at once, at most ${MOST_RUNS} are compared.`;
    throw new Problem("too-many-models", text, "Give fewer; a sweep is for more.");
  }
  if (models.length > 1) {
    const along = others.filter((file) => !models.includes(file));
    for (const model of models) found.push({ kind: "model", files: [model, ...along] });
  } else if (others.length > 0) found.push({ kind: "model", files: modelFirst(others) });
  for (const file of json) found.push(await jsonFile(file));
  return found;
}

function modelFirst(files: readonly File[]): readonly File[] {
  return [...files].sort((a, b) => rank(a) - rank(b));
}

function rank(file: File): number {
  const at = MODELS.findIndex((end) => file.name.toLowerCase().endsWith(end));
  return at === -1 ? MODELS.length : at;
}

async function jsonFile(file: File): Promise<Dropped> {
  if (file.size > MAX_JSON_BYTES) {
    throw unknownJson(file, `has ${file.size} bytes, at most ${MAX_JSON_BYTES} are read`);
  }
  let data: unknown;
  try {
    data = JSON.parse(await file.text());
  } catch {
    throw unknownJson(file, "is not JSON");
  }
  const object = (typeof data === "object" && data !== null ? data : {}) as LinkState;
  if (object.schema === "joulegraph/density/1") return { kind: "density", density: data };
  if (isPlatformSchema(object.schema)) return { kind: "platform", platform: data };
  if (object.v === 1 && "layers" in object) return { kind: "state", state: object };
  // An exported result or comparison brings its link along.
  if (/^joulegraph\/(result|comparison)\//.test(String(object.schema)) && "link" in object) {
    const link = String(object.link);
    return { kind: "state", state: await decodeLink(link.slice(Math.max(0, link.indexOf("#")))) };
  }
  throw unknownJson(file, "is none of those that this page reads");
}

function unknownJson(file: File, what: string): Problem {
  return new Problem(
    "json-unknown",
    `${file.name} ${what}.`,
    "Give an ONNX model, a table of layers, a file of zero fractions, a platform, or a saved breakdown.",
  );
}
