import assert from "node:assert/strict";
import { test } from "node:test";
import { chartGeometry } from "../../web/lib/chart_geometry.ts";
import { seriesOf } from "../../web/lib/cost.ts";
import { barAt, denseChart } from "../../web/lib/dense_chart.ts";
import { rowsOf } from "../../web/lib/rows.ts";
import { resultOf, simpleLayer } from "./fixtures/breakdown.ts";

const WIDTH = 900;

function chart(count: number, energy = (i: number) => 1 + (i % 7)) {
  const layers = Array.from({ length: count }, (_, i) => simpleLayer(`l${i}`, energy(i), 3));
  const result = resultOf(layers);
  const series = seriesOf("tensor", result.totals.parts);
  return chartGeometry(rowsOf(result, "tensor"), series, WIDTH, 270);
}

/** The rectangles of a path: left, top, right, bottom. */
function rectangles(path: string) {
  return [...path.matchAll(/M(\S+) (\S+)H(\S+)V(\S+)H\S+?Z/g)].map((found) =>
    found.slice(1).map(Number),
  );
}

test("bars of three pixels and more are drawn one by one", () => {
  assert.equal(denseChart(chart(13).bars), null);
  assert.equal(denseChart(chart(250).bars), null);
  assert.equal(denseChart([]), null);
  assert.notEqual(denseChart(chart(300).bars), null);
});

test("areas are the very rectangles of the bars, where each has a pixel", () => {
  const { bars } = chart(500);
  const dense = denseChart(bars);
  assert.ok(dense !== null);
  assert.equal(dense.sharing, 1);
  assert.deepEqual(
    dense.areas.map(({ series }) => series),
    ["computation", "weight"],
  );
  for (const { series, path } of dense.areas) {
    const drawn = rectangles(path);
    const expected = bars.map((bar) => {
      const segment = bar.segments.find((part) => part.series === series);
      assert.ok(segment !== undefined);
      return [bar.x, segment.y, bar.x + bar.width, segment.y + segment.height];
    });
    assert.equal(drawn.length, expected.length);
    drawn.forEach((rectangle, i) => {
      rectangle.forEach((edge, side) => {
        assert.ok(Math.abs(edge - (expected[i]?.[side] ?? Number.NaN)) <= 0.005 + 1e-9);
      });
    });
  }
});

test("where layers share a pixel the costliest is drawn, as wide as the pixel", () => {
  const { bars } = chart(5000, (i) => (i === 2345 ? 1000 : 1 + (i % 7)));
  const dense = denseChart(bars);
  assert.ok(dense !== null);
  assert.ok(dense.sharing > 5 && dense.sharing < 7);
  assert.ok(dense.bars.length <= WIDTH);
  assert.ok(dense.bars.some(({ row }) => row.index === 2345));
  dense.bars.forEach((drawn, i) => {
    assert.equal(drawn.x, (dense.bars[0]?.x ?? 0) + i);
    const inPixel = bars.filter((bar) => Math.floor(bar.x + bar.width / 2) === drawn.x);
    assert.ok(inPixel.some(({ row }) => row === drawn.row));
    assert.ok(inPixel.every(({ row }) => (row.cost ?? 0) <= (drawn.row.cost ?? 0)));
  });
});

for (const count of [300, 834, 5000]) {
  test(`the pointer finds the bar drawn under it, of ${count}`, () => {
    const dense = denseChart(chart(count).bars);
    assert.ok(dense !== null);
    for (const bar of dense.bars) assert.equal(barAt(dense, bar.x + bar.width / 2), bar);
    assert.equal(barAt(dense, -100), dense.bars[0]);
    assert.equal(barAt(dense, WIDTH + 100), dense.bars.at(-1));
  });
}

test("a hundred thousand layers are laid out", () => {
  const { bars, labels } = chart(100_000);
  const dense = denseChart(bars);
  assert.ok(dense !== null && dense.bars.length <= WIDTH);
  assert.ok(labels.length > 2 && labels.length < 40);
});

test("layers of unknown energy take their place and draw nothing", () => {
  const layers = Array.from({ length: 400 }, (_, i) => simpleLayer(`l${i}`, 1, 1));
  const unknown = layers.map((layer) => ({ ...layer, energy_macs: null, parts: {} }));
  const result = resultOf(unknown);
  const rows = rowsOf(result, "tensor");
  const dense = denseChart(chartGeometry(rows, seriesOf("tensor", {}), WIDTH, 270).bars);
  assert.ok(dense !== null);
  assert.deepEqual(dense.areas, []);
  assert.equal(barAt(dense, WIDTH + 1)?.row.index, 399);
});
