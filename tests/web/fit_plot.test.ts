import assert from "node:assert/strict";
import { test } from "node:test";
import { bandOfPoints, fitPlot } from "../../web/lib/fit_plot.ts";
import type { Ends } from "../../web/lib/result.ts";

const BANDS = [
  { up_to_s: 0.01, low: 0.5, high: 2 },
  { up_to_s: null, low: 0.9, high: 1.1 },
];
const points: readonly Ends[] = [
  [0.001, 0.001],
  [0.01, 0.02],
  [0.5, 0.4],
];
const numbers = (path: string) => path.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];

test("a point whose prediction is right lies on the identity line", () => {
  const plot = fitPlot(
    [
      [1, 1],
      [10, 10],
      [3, 3],
    ],
    [],
    "s",
    240,
  );
  assert(plot !== null);
  const { left, right, top, bottom } = plot;
  for (const dot of plot.dots.split("M").slice(1)) {
    const [x = 0, y = 0] = numbers(dot);
    assert(Math.abs((x - left) / (right - left) - (bottom - y) / (bottom - top)) < 0.002);
  }
  assert.equal(plot.identity, `M${left} ${bottom}L${right} ${top}`);
});

test("everything stays within the plot, ticks at round places, few enough to be read", () => {
  const plot = fitPlot(points, BANDS, "s", 240);
  assert(plot !== null);
  for (const path of [plot.dots, plot.band]) {
    assert.doesNotMatch(path, /NaN|Infinity/);
    assert(numbers(path).every((at) => at >= 0 && at <= 240));
  }
  assert(plot.ticks.length >= 2 && plot.ticks.length <= 4);
  assert.deepEqual(
    plot.ticks.map(({ text }) => text),
    ["1 ms", "10 ms", "100 ms"],
  );
});

test("the band is wider where the profile's is", () => {
  const plot = fitPlot(points, BANDS, "s", 240);
  const corners = (plot?.band.slice(1, -1).split("L") ?? []).map((corner) => numbers(corner));
  const widthAt = (y: number) => {
    const near = corners.filter(([, at = 0]) => Math.abs(at - y) < 1).map(([x = 0]) => x);
    return Math.max(...near) - Math.min(...near);
  };
  const ys = corners.map(([, y = 0]) => y);
  assert(widthAt(Math.max(...ys)) > 0);
  assert(plot?.band.startsWith("M") && plot.band.endsWith("Z"));
});

test("where bands go by something else, the points make their own", () => {
  const many = Array.from({ length: 101 }, (_, i): Ends => [i + 50, 100]);
  assert.deepEqual(bandOfPoints(many), [{ up_to_s: null, low: 0.6, high: 1.4 }]);
  assert.deepEqual(bandOfPoints([]), []);
});

test("nothing to show is no plot; one point is one", () => {
  assert.equal(fitPlot([], BANDS, "s", 240), null);
  const one = fitPlot([[1, 1]], BANDS, "s", 240);
  assert.doesNotMatch(`${one?.dots}${one?.band}`, /NaN|Infinity/);
});
