/**
 * The modules of a model, from the names of its layers.
 *
 * Exporters write a layer's place into its name: "/layer1/layer1.0/conv1/Conv", "fire2/squeeze1x1",
 * "encoder.layer.0.query", "res2a_branch2b". What all names begin with is left out, and a module
 * that holds only one thing becomes that thing.
 */
import { kindLabel } from "../kinds.ts";
import type { Row } from "../rows.ts";

export interface Module {
  /** Its own name, within the module around it. */
  readonly name: string;
  /** The names of all modules around it and its own; tells modules apart. */
  readonly path: string;
  /** All layers in it, in network order. */
  readonly rows: readonly Row[];
  /** What is in it, in order of the first layer of each; none for a layer. */
  readonly children: readonly Module[];
}

/** What names are split at; an underscore only once, and only where that makes modules. */
const DEEPEST = 12;
const BETWEEN = "/";

/** The model as a module, and whether names gave its modules; else kinds do. */
export function moduleTree(rows: readonly Row[]): { root: Module; named: boolean } {
  const places = placesOf(rows.map(({ layer }) => layer.name));
  const named = places !== null;
  const of = (row: Row, place: number) =>
    places?.[place] ?? [kindLabel(row.layer.kind), row.layer.name];
  const root = grown(
    "",
    "",
    rows.map((row, place) => ({ row, place: of(row, place).slice(0, DEEPEST) })),
    0,
  );
  return { root, named };
}

interface Placed {
  readonly row: Row;
  readonly place: readonly string[];
}

function grown(name: string, path: string, placed: readonly Placed[], depth: number): Module {
  const inside = new Map<string, Placed[]>();
  for (const one of placed) {
    const key = one.place[depth] ?? "";
    // Two layers of the same name are two.
    const last = depth >= one.place.length - 1;
    const unique = last ? `${key}\n${one.row.index}` : key;
    const found = inside.get(unique);
    if (found === undefined) inside.set(unique, [one]);
    else found.push(one);
  }
  const children = [...inside].map(([key, all]): Module => {
    const [own = "", index] = key.split("\n");
    const within = path === "" ? own : path + BETWEEN + own;
    if (index === undefined) return only(grown(own, within, all, depth + 1));
    return { name: own, path: `${within}#${index}`, rows: all.map(({ row }) => row), children: [] };
  });
  return { name, path, rows: placed.map(({ row }) => row), children };
}

/** A module that holds one thing is that thing, under both names. */
function only(module: Module): Module {
  const [child, second] = module.children;
  if (child === undefined || second !== undefined) return module;
  return { ...child, name: `${module.name}${BETWEEN}${child.name}` };
}

/** The module at a path; the whole model where there is none. */
export function moduleAt(root: Module, path: string): Module {
  return wayTo(root, path).at(-1) ?? root;
}

/** The modules from the whole model to the one at a path. */
export function wayTo(root: Module, path: string): readonly Module[] {
  const way = [root];
  for (let at: Module | undefined = root; at !== undefined && at.path !== path; ) {
    at = at.children.find((child) => path === child.path || path.startsWith(child.path + BETWEEN));
    if (at !== undefined && at.children.length > 0) way.push(at);
  }
  return way;
}

/**
 * The blocks that a table is grouped by: the outermost modules, but where one of them holds more
 * than half of the layers, what is in it instead.
 */
export function blocksOf(root: Module): readonly Module[] {
  const large = ({ rows, children }: Module) =>
    rows.length > root.rows.length / 2 && children.some((child) => child.children.length > 0);
  return root.children.flatMap((child) => (large(child) ? inner(child, large) : [child]));
}

function inner(module: Module, large: (module: Module) => boolean): readonly Module[] {
  return module.children.flatMap((child) => (large(child) ? inner(child, large) : [child]));
}

/** Each layer's place; null where names tell of none. */
function placesOf(names: readonly string[]): readonly (readonly string[])[] | null {
  for (const separator of ["/", ".", "_"]) {
    const split = names.map((name) => parts(name, separator));
    const places = withoutShared(split);
    if (makesModules(places)) return withNamesakes(places);
  }
  return null;
}

/** A layer called as a module is (the sum that ends "res2a") is one of its layers. */
function withNamesakes(places: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const modules = new Set(places.flatMap((place) => (place.length > 1 ? place.slice(0, 1) : [])));
  return places.map((place) =>
    place.length === 1 && modules.has(place[0] ?? "") ? [...place, ...place] : place,
  );
}

function parts(name: string, separator: string): readonly string[] {
  const cut = separator === "_" ? /_(.*)/s : separator;
  const found = name.split(cut).filter((part) => part !== "");
  return found.length === 0 ? [name] : found;
}

/** Without what all names of more than one part begin with. */
function withoutShared(places: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const deep = places.filter((place) => place.length > 1);
  const [first] = deep;
  if (first === undefined) return places;
  let shared = 0;
  while (deep.every((place) => place.length > shared + 1 && place[shared] === first[shared])) {
    shared += 1;
  }
  return places.map((place) => (place.length > shared ? place.slice(shared) : place.slice(-1)));
}

/** Whether at least a third of the layers is in modules of two or more, and no module holds all. */
function makesModules(places: readonly (readonly string[])[]): boolean {
  const sizes = new Map<string, number>();
  for (const place of places) {
    if (place.length > 1) sizes.set(place[0] ?? "", (sizes.get(place[0] ?? "") ?? 0) + 1);
  }
  const several = [...sizes.values()].filter((size) => size > 1);
  const inside = several.reduce((sum, size) => sum + size, 0);
  return sizes.size > 1 && inside >= places.length / 3;
}
