/** What the user's files are: a model with its companions, or JSON that changes how one is seen. */
import type { LinkState } from "./link.ts";
import { isPlatformSchema } from "./platforms.ts";
import { Problem } from "./problem.ts";

export type Dropped =
  /** The model first, then the files that may hold its external data. */
  | { readonly kind: "model"; readonly files: readonly File[] }
  | { readonly kind: "density"; readonly density: unknown }
  | { readonly kind: "platform"; readonly platform: unknown }
  | { readonly kind: "state"; readonly state: LinkState };

const MAX_JSON_BYTES = 1_048_576;

/** Sorts files into what they are; throws a Problem for JSON that is nothing we know. */
export async function sortDropped(files: readonly File[]): Promise<readonly Dropped[]> {
  const json = files.filter((file) => file.name.toLowerCase().endsWith(".json"));
  const others = files.filter((file) => !json.includes(file));
  const found: Dropped[] = [];
  if (others.length > 0) found.push({ kind: "model", files: modelFirst(others) });
  for (const file of json) found.push(await jsonFile(file));
  return found;
}

function modelFirst(files: readonly File[]): readonly File[] {
  const rank = (file: File) => {
    const at = [".onnx", ".csv"].findIndex((end) => file.name.toLowerCase().endsWith(end));
    return at === -1 ? 2 : at;
  };
  return [...files].sort((a, b) => rank(a) - rank(b));
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
  throw unknownJson(file, "is none of those that this page reads");
}

function unknownJson(file: File, what: string): Problem {
  return new Problem(
    "json-unknown",
    `${file.name} ${what}.`,
    "Give an ONNX model, a table of layers, a file of zero fractions, a platform, or a saved breakdown.",
  );
}
