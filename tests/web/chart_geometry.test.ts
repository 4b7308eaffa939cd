import assert from "node:assert/strict";
import { test } from "node:test";
import { chartGeometry, shortened } from "../../web/lib/chart_geometry.ts";
import { seriesOf } from "../../web/lib/cost.ts";
import { rowsOf } from "../../web/lib/rows.ts";
import { resultOf, simpleLayer } from "./fixtures/breakdown.ts";

function geometry(count: number, width = 900, name = (i: number) => `l${i}`) {
  const layers = Array.from({ length: count }, (_, i) => simpleLayer(name(i), i + 1, 3 * (i + 1)));
  const result = resultOf(layers);
  const series = seriesOf("tensor", result.totals.parts);
  return chartGeometry(rowsOf(result, "tensor"), series, width, 270);
}

for (const count of [1, 2, 13, 180, 2000]) {
  test(`${count} layers stay inside the plot and don't overlap`, () => {
    const { bars, plot } = geometry(count);
    assert.equal(bars.length, count);
    let end = plot.left;
    for (const bar of bars) {
      assert.ok(bar.x >= end - 1e-6, `${bar.x} after ${end}`);
      assert.ok(bar.width > 0);
      end = bar.x + bar.width;
      for (const { y, height } of bar.segments) {
        assert.ok(y >= plot.top - 1e-6 && y + height <= plot.bottom + 1e-6);
      }
    }
    assert.ok(end <= plot.right + 1e-6);
  });
}

test("a bar's segments stack up to its height, which is proportional to its energy", () => {
  const { bars, plot } = geometry(13);
  const heights = bars.map((bar) => bar.segments.reduce((sum, { height }) => sum + height, 0));
  bars.forEach((bar, i) => {
    assert.ok(Math.abs((heights[i] ?? 0) - (plot.bottom - bar.y)) < 1e-6);
    assert.ok(Math.abs((heights[i] ?? 0) / (heights[0] ?? 1) - (i + 1)) < 1e-6);
  });
});

test("the axis covers the largest bar with a few round ticks", () => {
  const { ticks, bars, plot } = geometry(13);
  assert.ok(ticks.length >= 3 && ticks.length <= 8);
  assert.equal(ticks[0]?.value, 0);
  assert.ok(bars.every((bar) => bar.y >= plot.top));
});

test("names lie flat where there is room, then slanted, then numbers take their place", () => {
  assert.equal(geometry(5).slanted, false);
  assert.equal(geometry(5).labels[0]?.text, "l0");
  assert.equal(geometry(30).slanted, true);
  const many = geometry(180);
  assert.deepEqual(
    many.labels.slice(0, 2).map(({ text }) => text),
    ["10", "20"],
  );
  assert.equal(geometry(5, 900, () => "/a/name/much/longer/than/its/place").slanted, true);
});

test("nothing to show is an empty plot, not NaN", () => {
  const { bars, ticks } = geometry(0);
  assert.equal(bars.length, 0);
  assert.ok(ticks.every(({ y }) => Number.isFinite(y)));
});

test("long names keep their end", () => {
  assert.equal(shortened("conv1"), "conv1");
  assert.equal(shortened("/layer4/layer4.2/conv2/Conv"), "…/conv2/Conv");
});
