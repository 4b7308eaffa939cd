/** Results of timed platforms: what they are ranked by, their parts, columns, words and marks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chartGeometry, whiskerPath } from "../../web/lib/chart_geometry.ts";
import { columnsOf, isSortable } from "../../web/lib/columns.ts";
import { layerParts, resultSeries, totalCost, totalParts, unitOf } from "../../web/lib/cost.ts";
import { finding } from "../../web/lib/finding.ts";
import { ends } from "../../web/lib/format.ts";
import { isAllEstimated, originText, totalOrigin } from "../../web/lib/origins.ts";
import { mainReason, rankOf } from "../../web/lib/reasons.ts";
import { rowsOf, sorted } from "../../web/lib/rows.ts";
import { standingBars } from "../../web/lib/standing.ts";
import { resultOf, simpleLayer } from "./fixtures/breakdown.ts";
import { timedLayer, timedResult } from "./fixtures/timed.ts";

const plain = (text: string) => text.replaceAll("\u00a0", " ");
const NOT_MEASURED = [{ code: "kind-not-measured", text: "No norm was measured." }];

const timeOnly = timedResult([
  timedLayer("conv", { computation: 3, weight: 1 }, null),
  timedLayer("fc", { computation: 1, launch: 1 }, null),
]);
const powered = timedResult([
  timedLayer("conv", { computation: 3, weight: 1 }, 10, {
    interval: { time_s: [3, 6], power_w: [9, 12], energy_j: [30, 60], level: 0.8 },
  }),
  timedLayer("fc", { data: 2 }, 100, {
    in_range: false,
    interval: { time_s: [1, 40], level: 0.8 },
  }),
]);

test("joules rank where all layers have them, else seconds; an accelerator never by time", () => {
  assert.equal(unitOf(powered), "J");
  assert.equal(unitOf(timeOnly), "s");
  assert.equal(unitOf(resultOf([simpleLayer("a", 1, 1)])), "MACe");
  const [conv, fc] = powered.layers;
  const partly = timedResult(
    [conv, fc && { ...fc, energy_j: null }].filter((l) => l !== undefined),
  );
  assert.equal(unitOf(partly), "s");
  assert.equal(totalCost(partly), 6);
});

test("parts of the time come from its terms and add up to it", () => {
  const [layer] = timeOnly.layers;
  assert(layer !== undefined);
  assert.deepEqual(layerParts(layer, "s"), { computation: { mac: 3 }, weight: { memory: 1 } });
  assert.deepEqual(totalParts(timeOnly), {
    computation: { mac: 4 },
    weight: { memory: 1 },
    launch: { launch: 1 },
  });
  for (const row of rowsOf(timeOnly, "tensor")) {
    assert.equal(
      Object.values(row.parts).reduce((sum, part) => sum + part, 0),
      row.cost,
    );
  }
});

test("only what time goes into is a series", () => {
  const ids = (result: typeof powered) => resultSeries(result, "tensor").map(({ id }) => id);
  assert.deepEqual(ids(timeOnly), ["computation", "weight", "launch"]);
  assert.deepEqual(ids(powered), ["computation", "weight", "data"]);
});

test("columns are those whose numbers are known", () => {
  const ids = (result: typeof powered) =>
    columnsOf(result, []).map(({ id, unit, about }) => [id, unit, about].filter(Boolean).join(" "));
  assert.deepEqual(ids(timeOnly).slice(3, -2), ["origin", "time s", "share of time", "sum so far"]);
  assert.deepEqual(ids(powered).slice(3, -2), [
    "origin",
    "energy J",
    "energy-range J low – high",
    "share of energy",
    "sum so far",
    "time s",
    "time-range s low – high",
    "power W",
  ]);
  assert.deepEqual(ids(resultOf([simpleLayer("a", 1, 1)])).slice(3, -2), [
    "energy MACe",
    "share of total",
    "sum so far",
  ]);
  assert.deepEqual(columnsOf(powered, []).filter((column) => !isSortable(column)).length, 3);
});

test("rows sort by time, power and origin; unknown ones last", () => {
  const names = (column: "time" | "power" | "origin", descending: boolean) =>
    sorted(rowsOf(powered, "tensor"), { column, descending }).map(({ layer }) => layer.name);
  assert.deepEqual(names("time", true), ["conv", "fc"]);
  assert.deepEqual(names("power", true), ["fc", "conv"]);
  assert.deepEqual(names("origin", false), ["conv", "fc"]);
});

test("the finding speaks of what is known, with no word of MAC energies", () => {
  assert.equal(
    plain(finding(timeOnly)),
    "conv alone takes 67 % of the time, the most of 2 layers; 67 % goes into computing, 17 % into moving data and 17 % into starting layers.",
  );
  assert.match(plain(finding(powered)), /^fc alone takes 83 % of the energy/);
  assert.match(plain(finding(powered)), /88 % goes into moving data and 13 % into computing\.$/);
  assert.equal(finding(timedResult([])), "");
});

test("a layer's largest share is told by what it is spent on", () => {
  const [conv, fc] = powered.layers;
  assert(conv !== undefined && fc !== undefined);
  assert.equal(plain(mainReason(conv, powered)), "75 % of it is computing.");
  assert.equal(plain(mainReason(fc, powered)), "100 % of it is moving data.");
  assert.equal(rankOf(fc, powered), 1);
  const still = timedLayer("drop", {}, null, { energy_j: 0 });
  assert.equal(mainReason(still, timedResult([still])), "It takes no time of its own.");
});

test("what is out of range or was not measured is told apart", () => {
  const of = (change: object) => originText(timedLayer("a", { data: 1 }, 1, change));
  const datasheet = { time_s: "datasheet", power_w: "datasheet", energy_j: "datasheet" };
  assert.equal(of({}), "measured");
  assert.equal(of({ in_range: false }), "out of range");
  assert.equal(of({ in_range: false, notes: NOT_MEASURED }), "kind not measured");
  assert.equal(of({ origins: datasheet, in_range: null }), "estimated");
});

test("a total that is estimated in part says how much of it is", () => {
  const origins = { time_s: "measured", power_w: "datasheet", energy_j: "datasheet" };
  const part = timedResult(powered.layers, {}, { origins, estimated_share: { energy_j: 0.234 } });
  assert.equal(plain(totalOrigin(part, "energy_j")), "23 % estimated");
  assert.equal(plain(totalOrigin(part, "power_w")), "23 % estimated");
  assert.equal(totalOrigin(part, "time_s"), "measured");
  const all = timedResult(powered.layers, {}, { origins, estimated_share: { energy_j: 1 } });
  assert.equal(totalOrigin(all, "energy_j"), "estimated");
  assert.equal(isAllEstimated(part, "power_w"), false, "of the layers none is");
  const modelled = { time_s: "modelled", power_w: null, energy_j: null };
  const other = timedResult(
    powered.layers,
    {},
    { origins: modelled, estimated_share: { time_s: 0.54 } },
  );
  assert.equal(plain(totalOrigin(other, "time_s")), "54 % not measured");
});

test("whiskers reach from end to end, and those far above the bars are cut", () => {
  const rows = rowsOf(
    timedResult(powered.layers.map((layer) => ({ ...layer, energy_j: null }))),
    "tensor",
  );
  assert.deepEqual(
    rows.map((row) => row.ends),
    [
      [3, 6],
      [1, 40],
    ],
  );
  const { bars, plot } = chartGeometry(rows, resultSeries(timeOnly, "tensor"), 600, 270);
  const [first, second] = bars.map(({ whisker }) => whisker);
  assert(first != null && second != null);
  assert.equal(first.cut, false);
  assert(first.top < (bars[0]?.y ?? 0) && first.bottom > (bars[0]?.y ?? 0));
  assert.equal(second.cut, true);
  assert.equal(second.top, plot.top);
  for (const whisker of [first, second]) assert.doesNotMatch(whiskerPath(whisker), /NaN|undefined/);
});

test("a bar with a part below zero is drawn in one piece of its true height", () => {
  const result = timedResult([timedLayer("a", { computation: 5, other: -2 }, null)]);
  const { bars, plot } = chartGeometry(
    rowsOf(result, "tensor"),
    resultSeries(result, "tensor"),
    600,
    270,
  );
  assert.deepEqual(
    bars[0]?.segments.map(({ series }) => series),
    ["other"],
  );
  assert.equal(bars[0]?.segments[0]?.y, bars[0]?.y);
  assert((bars[0]?.y ?? 0) > plot.top - 1);
});

test("two ends have one prefix", () => {
  assert.equal(ends([0.0257, 0.29], "s"), "25.7 – 290 ms");
  assert.equal(ends([0, 0.29], "J"), "0 – 290 mJ");
  assert.equal(ends([1, 2], "W"), "1.00 – 2.00 W");
  assert.equal(ends([2.5e-7, 2.5e-3], ""), "0.000250 – 2.50 m");
  assert.equal(ends([166, 275], "W"), "166 – 275 W");
  assert.equal(ends([999.9, 1234], "W"), "1.00 – 1.23 kW");
});

test("host and idle have bars of their own, said to be in the total or on top of it", () => {
  const standing = { power_w: 5, energy_j: 20, included: true, source: "read" };
  const result = timedResult(
    powered.layers,
    {},
    { idle: standing, host: { ...standing, energy_j: 480, included: false } },
  );
  const bars = standingBars(result);
  assert.deepEqual(
    bars.map(({ id, length }) => [id, length]),
    [
      ["layers", 0.5],
      ["idle", 20 / 480],
      ["host", 1],
    ],
  );
  assert.match(bars[1]?.about ?? "", /^part of/);
  assert.match(bars[2]?.about ?? "", /^on top, not in the total; read$/);
  assert.deepEqual(standingBars(powered), []);
});
