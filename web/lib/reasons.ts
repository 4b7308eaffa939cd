/** Why a layer costs what it costs: the largest part, the loop nest's product, ranks. */
import { layerCost, layerParts, unitOf } from "./cost.ts";
import { inFull, share } from "./format.ts";
import type { Objective } from "./protocol.ts";
import {
  isMapped,
  type Layer,
  type Loops,
  type Mapping,
  type Parts,
  type PlatformSummary,
  type Result,
} from "./result.ts";

/** "61 % of it is moving weights at the DRAM level." */
export function mainReason(layer: Layer, result: Result): string {
  const unit = unitOf(result);
  const energy = layerCost(layer, unit);
  const cells = cellsOf(layerParts(layer, unit));
  const [largest] = [...cells].sort((a, b) => b.energy - a.energy);
  if (energy === null) return "";
  if (largest === undefined || energy === 0)
    return isMapped(result.platform) ? "It costs nothing." : "It takes no time of its own.";
  const portion = `${Math.round((100 * largest.energy) / energy)}\u00a0% of it`;
  if (largest.tensor === "computation") return `${portion} is computing.`;
  if (!isMapped(result.platform))
    return `${portion} is ${SPENT[largest.tensor] ?? largest.tensor}.`;
  if (largest.tensor === "static")
    return `${portion} is static power, drawn for as long as it runs.`;
  const level = result.platform.levels.find(({ id }) => id === largest.level)?.name;
  return `${portion} is ${WORK[largest.tensor] ?? largest.tensor} at the level of the ${inSentence(level ?? largest.level)}.`;
}

const WORK: Readonly<Record<string, string>> = {
  ifmap: "moving the ifmap",
  weight: "moving weights",
  ofmap: "moving the ofmap and its partial sums",
};

/** The same where layers are timed. */
const SPENT: Readonly<Record<string, string>> = {
  ifmap: "moving the ifmap",
  weight: "moving weights",
  ofmap: "moving the ofmap",
  data: "moving data",
  launch: "starting the layer",
  other: "what the fit does not tell apart",
};

/** A level's name within a sentence: acronyms keep their capitals. */
function inSentence(name: string): string {
  return /^[A-Z][a-z]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}

function cellsOf(parts: Parts) {
  return Object.entries(parts).flatMap(([tensor, levels]) =>
    Object.entries(levels ?? {}).map(([level, energy]) => ({ tensor, level, energy: energy ?? 0 })),
  );
}

/** Place by cost among the layers, from 1; null where the cost is unknown. */
export function rankOf(layer: Layer, result: Result): number | null {
  const unit = unitOf(result);
  const energy = layerCost(layer, unit);
  if (energy === null) return null;
  return 1 + result.layers.filter((other) => (layerCost(other, unit) ?? 0) > energy).length;
}

export interface Bound {
  readonly symbol: string;
  readonly value: string;
  readonly about: string;
}

/** The loop bounds with their meaning. */
export function boundsOf(loops: Loops): readonly Bound[] {
  const each = loops.g > 1 ? " a group" : "";
  const edges = same(loops.padding) ? String(loops.padding[0]) : loops.padding.join(", ");
  return [
    { symbol: "N", value: inFull(loops.n), about: "images" },
    { symbol: "G", value: inFull(loops.g), about: "groups" },
    { symbol: "M", value: inFull(loops.m), about: `ofmap channels${each}` },
    { symbol: "C", value: inFull(loops.c), about: `ifmap channels${each}` },
    { symbol: "P × Q", value: `${loops.p} × ${loops.q}`, about: "ofmap size" },
    { symbol: "R × S", value: `${loops.r} × ${loops.s}`, about: "filter size" },
    ...(loops.h !== undefined && loops.w !== undefined
      ? [{ symbol: "H × W", value: `${loops.h} × ${loops.w}`, about: "ifmap size" }]
      : []),
    ...(loops.planes !== undefined
      ? [
          {
            symbol: "planes",
            value: `${loops.planes.o}, ${loops.planes.t}, ${loops.planes.d}`,
            about: "of ofmap (in N), filter (in C), ifmap",
          },
        ]
      : []),
    { symbol: "stride", value: pair(loops.stride), about: "" },
    { symbol: "dilation", value: pair(loops.dilation), about: "" },
    { symbol: "padding", value: edges, about: "" },
  ];
}

function pair(values: readonly number[]): string {
  return values.join(" × ");
}

function same(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

/** "N·G·M·C·P·Q·R·S = 1 · 1 · 96 · 3 · 55 · 55 · 11 · 11 = 105 415 200". */
export function macFormula(loops: Loops): string {
  const { n, g, m, c, p, q, r, s } = loops;
  const bounds = [n, g, m, c, p, q, r, s];
  const product = bounds.reduce((all, bound) => all * bound, 1);
  return `N·G·M·C·P·Q·R·S = ${bounds.join(" · ")} = ${inFull(product)}`;
}

/** What the loops of a mapping turn over. */
export const LOOPS: Readonly<Record<string, string>> = {
  n: "images",
  g: "groups",
  m: "ofmap channels",
  c: "ifmap channels",
  o: "ofmap planes",
  p: "ofmap rows",
  q: "ofmap columns",
  t: "filter planes",
  r: "filter rows",
  s: "filter columns",
};

export interface TileRow {
  readonly loop: string;
  readonly about: string;
  readonly tiles: readonly number[];
  /** "7 columns": how many PEs work on it side by side, along which axis. */
  readonly spatial: string;
}

/** A row for each loop that is longer than one in some tile, and for each that is unrolled. */
export function tileRows(mapping: Mapping): readonly TileRow[] {
  const tiles = Object.values(mapping.tiles);
  return Object.entries(LOOPS).flatMap(([loop, about]) => {
    const sizes = tiles.map((tile) => tile[loop] ?? 1);
    const spatial = mapping.unrolled
      .filter(({ factors }) => (factors[loop] ?? 1) > 1)
      .map(({ axis, factors }) => `${factors[loop]} ${axis}`)
      .join(" × ");
    const idle = sizes.every((size) => size === 1) && spatial === "";
    return idle ? [] : [{ loop, about, tiles: sizes, spatial }];
  });
}

/** What takes the time: "computing", or the way to a memory. */
export function boundText(mapping: Mapping, platform: PlatformSummary): string {
  const { delay } = mapping;
  if (delay === null) return "";
  if (delay.bound === "compute") return "computing takes longest";
  const name = platform.levels.find(({ id }) => id === delay.bound)?.name ?? delay.bound;
  return `the bandwidth of the ${inSentence(name)} takes longest`;
}

/** What is said of other mappings, by the objective: that none is better; how much one may be. */
const WORDS: Readonly<Record<Objective, readonly [string, string]>> = {
  energy: ["costs less", "cost up to … less, none costs less than that"],
  delay: ["takes less time", "take up to … less time, none takes less than that"],
  energy_delay: [
    "has less energy × delay",
    "have up to … less energy × delay, none has less than that",
  ],
};

/** Whether no other mapping costs less, and how that is known. */
export function proofText({ gap, looked_at, held, objective }: Mapping): string {
  if (held === true) return "Found for other choices and held; another mapping may cost less.";
  if (gap === null) return "";
  const looked =
    looked_at === null
      ? ""
      : `: ${inFull(looked_at)} looked at one by one, the others ruled out by bounds`;
  const [less, more] = WORDS[objective];
  if (gap === 0) return `No mapping of the dataflow ${less}${looked}.`;
  return `Found with limited effort: another mapping may ${more.replace("…", share(gap))}.`;
}
