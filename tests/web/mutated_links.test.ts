/** Links changed somewhere: the page opens what they say, or tells one clear error; it never trips. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeLink, encodeLink, type LinkState } from "../../web/lib/link.ts";
import { openedLink, requestFor } from "../../web/lib/opened.ts";
import { packed, viewFrom } from "../../web/lib/page_view.ts";
import { Problem } from "../../web/lib/problem.ts";
import { packedRuns, runsFrom } from "../../web/lib/runs.ts";
import { linkTotals } from "../../web/lib/shown.ts";

const STATE: LinkState = {
  v: 1,
  engine: "0.1.0",
  model: { name: "net", parameters: 10 },
  platform: { id: "eyeriss", hash: "0123" },
  options: {
    batch: 2,
    dataflow: "rs",
    objective: "delay",
    capacities: { global_buffer: 1000 },
    layer_bits: { a: { weight: 4 } },
    active: { a: 0.5 },
    exits: [{ after: "a", leave: 0.5 }],
    array: [4, 4],
    train: "sgd",
    density: { source: "a paper" },
  },
  layers: { shapes: [[0, [1, 2, 3]]], name: ["a"], zeros: [[0.5, null, 0.5]] },
  totals: { energy_j: 1, macs: 5 },
  page: { tab: "compare", fields: { "a.b": 1 }, breakdown: { picture: "map", layer: [0, "a"] } },
  runs: [{ name: "before", state: { v: 1 }, error: 0.1 }],
};
const ODD = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  "",
  "x",
  "<b>x</b>",
  [],
  {},
  [[]],
  [null],
  "9".repeat(400),
];

/** A small generator with a seed: the same links every time. */
function chances(seed: number): (below: number) => number {
  let now = seed;
  return (below) => {
    now = (Math.imul(now, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((now / 2 ** 32) * below);
  };
}

test("characters changed: the same state, or a problem with a code", async () => {
  const chance = chances(1);
  const link = await encodeLink(STATE);
  const letters = "abcXYZ019-_=.#%/ <";
  for (let round = 0; round < 3_000; round += 1) {
    const at = chance(link.length);
    const letter = letters[chance(letters.length)] ?? "";
    const changed = [
      link.slice(0, at) + letter + link.slice(at + 1),
      link.slice(0, at) + link.slice(at + 1),
      link.slice(0, at) + letter + link.slice(at),
      link.slice(0, at),
    ][chance(4)];
    try {
      assert.deepEqual(await decodeLink(changed ?? ""), STATE);
    } catch (cause) {
      if (!(cause instanceof Problem)) throw cause;
      assert.match(cause.code, /^link-/);
    }
  }
});

test("values changed: what is opened is asked for as it is, and the engine judges it", () => {
  const chance = chances(2);
  for (let round = 0; round < 5_000; round += 1) {
    const changed = structuredClone(STATE) as Record<string, unknown>;
    for (let times = chance(3); times >= 0; times -= 1) change(changed, chance);
    const opened = openedLink(changed);
    const request = requestFor(opened, { kind: "accelerator", dataflows: [] });
    assert.equal(request.source.kind, "state");
    assert.equal(typeof opened.title, "string");
    const totals = linkTotals(changed);
    assert.ok(totals.energy_j === null || Number.isFinite(totals.energy_j));
    const view = viewFrom(changed.page);
    assert.deepEqual(viewFrom(packed(view)), view);
    const runs = runsFrom(changed.runs);
    assert.deepEqual(runsFrom(packedRuns(runs)), runs);
  }
});

/** Changes one thing at some depth. */
function change(whole: object, chance: (below: number) => number): void {
  let at = whole as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(at);
    const key = keys[chance(keys.length)];
    if (key === undefined) return;
    const inner = at[key];
    if (typeof inner === "object" && inner !== null && chance(6) > 0) {
      at = inner as Record<string, unknown>;
      continue;
    }
    if (chance(4) === 0 && !Array.isArray(at)) delete at[key];
    else at[key] = ODD[chance(ODD.length)];
    return;
  }
}
