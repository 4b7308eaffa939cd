import assert from "node:assert/strict";
import { test } from "node:test";
import { wrapped } from "../../web/lib/picture_file.ts";
import { depthFinding, depthPicture } from "../../web/lib/pictures/depth.ts";
import { hotspotFinding, hotspotPicture } from "../../web/lib/pictures/hotspots.ts";
import { costOf, icicle, less } from "../../web/lib/pictures/icicle.ts";
import { blocksOf, moduleAt, moduleTree, wayTo } from "../../web/lib/pictures/modules.ts";
import { pointAt, roofline, rooflineFinding } from "../../web/lib/pictures/roofline.ts";
import type { Layer, Term } from "../../web/lib/result.ts";
import { rowsOf } from "../../web/lib/rows.ts";
import { layerOf, resultOf, simpleLayer } from "./fixtures/breakdown.ts";

const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${b} expected, got ${a}`);
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

function rowsNamed(names: readonly string[], change: (i: number) => Partial<Layer> = () => ({})) {
  const layers = names.map((name, i) => ({
    ...simpleLayer(name, i + 1, 3 * (i + 1)),
    ...change(i),
  }));
  const result = resultOf(layers);
  return { result, rows: rowsOf(result, "tensor") };
}

// --- modules ---------------------------------------------------------------------------------

const paths = (names: readonly string[]) => {
  const { root, named } = moduleTree(rowsNamed(names).rows);
  return { named, children: root.children.map(({ name }) => name), root };
};

test("modules are read from names with slashes, dots or one underscore; what all share is left out", () => {
  const slashes = [
    "/m/a/a.0/conv/Conv",
    "/m/a/a.1/conv/Conv",
    "/m/b/x/Conv",
    "/m/b/y/Conv",
    "/m/fc/Gemm",
  ];
  assert.deepEqual(paths(slashes).children, ["a", "b", "fc/Gemm"]);
  assert.deepEqual(paths(["enc.0.q", "enc.0.k", "enc.1.q", "enc.1.k"]).children, ["0", "1"]);
  const caffe = ["conv1", "res2a_branch1", "res2a_branch2a", "res2a", "res2b_branch2a", "res2b"];
  assert.deepEqual(paths(caffe).children, ["conv1", "res2a", "res2b"]);
  assert.deepEqual(
    paths(caffe).root.children[1]?.children.map(({ name }) => name),
    ["branch1", "branch2a", "res2a"],
  );
});

test("names that tell of no modules give kinds", () => {
  for (const names of [
    ["conv1", "pool1", "fc6"],
    ["node_MatMul_1", "node_Add_2", "node_Add_3"],
    ["", "", ""],
  ]) {
    const { named, children } = paths(names);
    assert.equal(named, false);
    assert.deepEqual(children, ["Convolution"]);
  }
});

test("every layer is in the tree once, whatever names are like", () => {
  const odd = [
    "a/b",
    "a/b",
    "a",
    "a/b/c",
    "/",
    "//",
    "a/",
    "x.y/z",
    "é/ü",
    "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o",
  ];
  const { rows } = rowsNamed([...odd, ...odd.map((name) => `q/${name}`)]);
  const { root } = moduleTree(rows);
  const found: number[] = [];
  const walk = (module: typeof root): void => {
    if (module.children.length === 0) found.push(...module.rows.map(({ index }) => index));
    module.children.forEach(walk);
  };
  walk(root);
  assert.deepEqual(
    found.sort((a, b) => a - b),
    rows.map(({ index }) => index),
  );
});

test("a module is found again by its path, and the way to it", () => {
  const { rows } = rowsNamed(["a/x/1", "a/x/2", "a/y/1", "a/y/2", "b/z/1", "b/z/2", "c/1", "c/2"]);
  const { root } = moduleTree(rows);
  const inner = root.children[0]?.children[1];
  assert.ok(inner !== undefined);
  assert.equal(moduleAt(root, inner.path), inner);
  assert.deepEqual(
    wayTo(root, inner.path).map(({ name }) => name),
    ["", "a", "y"],
  );
  assert.equal(moduleAt(root, "nowhere"), root);
  assert.equal(moduleAt(root, ""), root);
});

test("a block that holds more than half of the layers gives way to its own blocks", () => {
  const names = ["emb/a", "emb/b", ...[0, 1, 2].flatMap((i) => [`enc/l${i}/q`, `enc/l${i}/k`])];
  const { root } = moduleTree(rowsNamed(names).rows);
  assert.deepEqual(
    blocksOf(root).map(({ name }) => name),
    ["emb", "l0", "l1", "l2"],
  );
});

// --- map -------------------------------------------------------------------------------------

for (const width of [240, 350, 930, 2400]) {
  test(`the map's areas are the layers' costs, within their modules, at ${width} pixels`, () => {
    const names = [0, 1, 2, 3].flatMap((i) => [`b${i}/x/conv`, `b${i}/x/add`, `b${i}/fc`, `t${i}`]);
    const { rows } = rowsNamed(names);
    const { root } = moduleTree(rows);
    const { cells, hidden } = icicle(root, width, 400);
    assert.equal(hidden, 0);
    const whole = costOf(root);
    for (const { x, y, width: w, height, module } of cells) {
      assert.ok(less(w, 1) > 0 && less(height, 1) > 0, "whatever separates them, something shows");
      assert.ok(x >= -1e-6 && x + w <= width + 1e-6 && y >= -1e-6 && y + height <= 400 + 1e-6);
      if (module.children.length > 0) near(height, (400 * costOf(module)) / whole);
    }
    const layers = cells.filter(({ row }) => row !== null);
    assert.equal(layers.length, rows.length);
    for (const a of layers)
      for (const b of layers)
        assert.ok(
          a === b ||
            a.x + a.width <= b.x + 1e-6 ||
            b.x + b.width <= a.x + 1e-6 ||
            a.y + a.height <= b.y + 1e-6 ||
            b.y + b.height <= a.y + 1e-6,
        );
  });
}

test("layers of unknown or no cost are counted, not drawn", () => {
  const { rows } = rowsNamed(["a/1", "a/2", "b/1", "b/2"], (i) =>
    i === 0 ? { energy_macs: null } : {},
  );
  const { cells, hidden } = icicle(moduleTree(rows).root, 800, 400);
  assert.equal(hidden, 1);
  assert.equal(cells.filter(({ row }) => row !== null).length, 3);
  const none = rowsNamed(["a/1", "a/2"], () => ({ energy_macs: null })).rows;
  assert.deepEqual(icicle(moduleTree(none).root, 800, 400), { cells: [], hidden: 2 });
});

// --- depth -----------------------------------------------------------------------------------

test("shares grow to one, and half is reached where it is", () => {
  const { rows } = rowsNamed(["a", "b", "c", "d"], (i) => ({ macs: [90, 10, 0, 0][i] ?? null }));
  const { cost, macs, chart } = depthPicture(rows, 900, 268);
  assert.ok(cost !== null && macs !== null);
  cost.shares.forEach((share, i) => {
    near(share, sum(rows.slice(0, i + 1).map((row) => row.share ?? 0)));
  });
  assert.equal(cost.half, 2);
  assert.equal(macs.half, 0);
  const ends = cost.path.split("L").at(-1)?.split(" ").map(Number) ?? [];
  assert.ok(Math.abs((ends[1] ?? 0) - chart.plot.top) < 0.01);
  assert.equal(
    depthFinding(rows, { cost, macs, chart, ticks: [] }, "energy"),
    "Half of the energy is spent up to layer 3 of 4, c; half of the MACs lie up to layer 1 of 4, a.",
  );
});

test("nothing known has no curve and says so", () => {
  const { rows } = rowsNamed(["a", "b"], () => ({ energy_macs: null, macs: null }));
  const picture = depthPicture(rows, 900, 268);
  assert.equal(picture.cost, null);
  assert.equal(picture.macs, null);
  assert.equal(depthFinding(rows, picture, "energy"), "No layer's energy is known.");
});

// --- kinds -----------------------------------------------------------------------------------

test("bars of kinds are their layers end to end, the costliest kind and layer first", () => {
  const kinds = ["conv", "dense", "conv", "pool"];
  const { result, rows } = rowsNamed(["a", "b", "c", "d"], (i) => ({
    kind: kinds[i] ?? "",
    macs: kinds[i] === "pool" ? 0 : 100,
  }));
  const picture = hotspotPicture(result, rows, 900);
  assert.deepEqual(
    picture.bars.map(({ kind, layers }) => [kind, layers]),
    [
      ["conv", 2],
      ["pool", 1],
      ["dense", 1],
    ],
  );
  near(sum(picture.bars.map(({ share }) => share ?? 0)), 1);
  near(sum(picture.bars.map(({ macs }) => macs ?? 0)), 1);
  for (const { pieces, share } of picture.bars) {
    pieces.forEach(({ x, width }, i) => {
      if (i > 0) near(x, (pieces[i - 1]?.x ?? 0) + (pieces[i - 1]?.width ?? 0));
      assert.ok(x + width <= 900);
    });
    const all = sum(picture.bars.flatMap((bar) => bar.pieces.map(({ width }) => width)));
    near(sum(pieces.map(({ width }) => width)) / all, share ?? 0);
  }
  assert.equal(picture.bars[1]?.markX, null);
  assert.match(
    hotspotFinding(picture, "energy"),
    /^Convolution: 40\.0\u00a0% of the energy with 66\.7/,
  );
});

// --- roofline --------------------------------------------------------------------------------

/** A layer that computes at 2 an operation, and moves at 50 a byte. */
function computed(name: string, macs: number, bytes: number, onChip = 0): Layer {
  const parts = {
    computation: { mac: 4 * macs },
    weight: { dram: 50 * bytes, global_buffer: onChip },
  };
  const term = { bits_per_word: 16, energy_per_word: 100, why: "" };
  const terms: readonly Term[] = [
    { ...term, tensor: "weight", level: "dram", accesses: bytes / 2, energy: 50 * bytes },
    { ...term, tensor: "weight", level: "global_buffer", accesses: 1, energy: onChip },
  ];
  return layerOf(name, parts, { macs, ops: 0, terms });
}

const roof = (layers: readonly Layer[]) => {
  const result = resultOf(layers);
  return { result, picture: roofline(result, rowsOf(result, "tensor"), 900, 340) };
};

test("constants are what computing and moving cost, and lie balanced where both are equal", () => {
  const layers = [computed("a", 1000, 8), computed("b", 10, 40), computed("c", 500, 500)];
  const { picture, result } = roof(layers);
  near(picture.constants?.op ?? 0, 2);
  near(picture.constants?.byte ?? 0, 50);
  // A layer without on-chip movement lies on the line: e_op + e_byte / intensity.
  for (const { perByte, perOp } of picture.points) near(perOp, 2 + 50 / perByte);
  const { plot, roof: line } = picture;
  for (const { x, y, radius } of picture.points) {
    assert.ok(x > plot.left && x < plot.right && y > plot.top && y < plot.bottom && radius > 0);
    assert.ok(y < (line?.floorY ?? 0));
  }
  assert.match(rooflineFinding(result, picture, "energy"), /at 25 operations a byte/);
});

test("where computing and moving overlap the line is the larger of both", () => {
  const layer = (name: string, perOp: number, macs: number, bytes: number): Layer => ({
    ...layerOf(name, {
      [perOp > 0 ? "computation" : "weight"]: { [perOp > 0 ? "mac" : "memory"]: 1 },
    }),
    macs,
    bytes,
  });
  const sheet = resultOf([layer("a", 1, 50, 1), layer("b", 0, 1, 100)]);
  const result = { ...sheet, platform: { ...sheet.platform, kind: "datasheet" } };
  // Timed energies are in joules.
  const joules = result.layers.map((one) => ({ ...one, energy_j: one.energy_macs }));
  const timed = { ...result, layers: joules, totals: { ...result.totals, energy_j: 2 } };
  const picture = roofline(timed, rowsOf(timed, "tensor"), 900, 340);
  near(picture.constants?.op ?? 0, 1 / 100);
  near(picture.constants?.byte ?? 0, 1 / 100);
  const [line] = [picture.roof?.path ?? ""];
  const flat = line.split("L").map((corner) => Number(corner.split(" ")[1]));
  assert.ok(flat.filter((y) => Math.abs(y - (picture.roof?.floorY ?? 0)) < 0.1).length > 20);
  assert.match(rooflineFinding(timed, picture, "energy"), /overlap/);
});

test("what moves on the chip lifts a layer above the line, and the constants stay", () => {
  const { picture } = roof([computed("a", 1000, 8, 9000), computed("b", 10, 40)]);
  near(picture.constants?.op ?? 0, 2);
  const [a] = picture.points.filter(({ row }) => row.layer.name === "a");
  assert.ok(a !== undefined && a.perOp > 2 + 50 / a.perByte);
});

test("layers without operations or bytes are left out and counted; nothing at all is no line", () => {
  const idle = layerOf("move", { ifmap: { dram: 10 } }, { macs: 0, ops: 0 });
  const { picture } = roof([computed("a", 1000, 8), idle]);
  assert.equal(picture.left.count, 1);
  near(picture.left.share, 10 / (4000 + 400 + 10));
  const empty = roof([idle]);
  assert.deepEqual(empty.picture.points, []);
  assert.equal(empty.picture.roof, null);
  assert.match(rooflineFinding(empty.result, empty.picture, "energy"), /^No layer/);
});

test("the point meant is the nearest within reach", () => {
  const { picture } = roof([computed("a", 1000, 8), computed("b", 10, 40)]);
  for (const point of picture.points) {
    assert.equal(pointAt(picture, point.x + 2, point.y)?.row, point.row);
  }
  assert.equal(pointAt(picture, picture.plot.right, picture.plot.top), null);
});

test("two thousand layers keep names apart from each other", () => {
  const layers = Array.from({ length: 2000 }, (_, i) =>
    computed(`layer_${i}`, 10 + ((i * 7919) % 997), 1 + ((i * 104729) % 89)),
  );
  const { picture } = roof(layers);
  assert.equal(picture.points.length, 2000);
  assert.ok(picture.labels.length <= 6);
});

test("what is drawn of a cell is never below nothing, and else as large less the gap", () => {
  assert.deepEqual([less(0.93, 1), less(0.61, 3, 2), less(10, 1)], [0.5, 2, 9]);
});

test("words stay in lines that are wide enough, none is lost, and a long one is not broken", () => {
  const widthOf = (text: string) => text.length;
  const text = "MACs of 8 layers against their energy";
  const lines = wrapped(text, 12, widthOf);
  assert.equal(lines.join(" "), text);
  assert.deepEqual(lines, ["MACs of 8", "layers", "against", "their energy"]);
  assert.deepEqual(wrapped("unbreakable", 3, widthOf), ["unbreakable"]);
  assert.deepEqual(wrapped("", 3, widthOf), [""]);
});
