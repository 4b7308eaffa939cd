import assert from "node:assert/strict";
import { test } from "node:test";
import regions from "../../public/regions.json" with { type: "json" };
import { byName, everydayLines, money, type Regions } from "../../web/lib/everyday.ts";
import { type Figure, human, type Usage } from "../../web/lib/human.ts";
import type { Result } from "../../web/lib/result.ts";
import vectors from "../vectors/human.json" with { type: "json" };

interface Vector {
  readonly energy_j: number | null;
  readonly ends: [number, number] | null;
  readonly usage: Usage;
  readonly figures: Record<string, Figure>;
}

test("everyday units have the terminal's digits", () => {
  for (const { energy_j, ends, usage, figures } of vectors as unknown as Vector[]) {
    assert.deepEqual(human(energy_j, ends, usage), figures);
  }
});

test("what is not given gives no figure, and unknown energy gives unknown ones", () => {
  assert.deepEqual(Object.keys(human(1, null, { per_day: null })), ["inference_j", "thousand_j"]);
  assert.deepEqual(human(null, null, { battery_j: 1 }).charge_inferences, [null, null, null]);
});

test("the ends of an interval turn around where energy divides", () => {
  assert.deepEqual(human(2, [1, 4], { battery_j: 8 }).charge_inferences, [4, 2, 8]);
});

test("money has two digits or whole units, and no prefix", () => {
  const said = [0, 1.711e-6, 0.0999, 0.6245, 0.9999, 9.96, 99.6, 1234.5].map(money);
  assert.deepEqual(said, "0 0.0000017 0.10 0.62 1.0 10 100 1235".split(" "));
});

test("regions come by name after the world and the union", () => {
  const names = byName(regions as Regions).regions.map(({ name }) => name);
  assert.deepEqual(names.slice(0, 3), ["World", "European Union", "Argentina"]);
  const countries = names.slice(2);
  assert.deepEqual(countries, [...countries].sort());
  assert.equal(names.length, regions.regions.length);
});

test("lines have days without prefixes, and a training step is no inference", () => {
  const totals = { per_inference: { energy_j: 2 }, interval: null };
  const lines = (more: object) =>
    everydayLines({ totals, options: { batch: 1 }, ...more } as unknown as Result, {
      per_day: 10,
      battery_j: 5,
      price_per_kwh: 0.36,
    });
  const said = new Map(lines({}).map(({ id, text, unit }) => [id, `${text} ${unit}`.trim()]));
  assert.equal(said.get("charge_days"), "0.25");
  assert.equal(said.get("cost_day"), "0.0000020 in the price's currency");
  assert.equal(said.get("day_j"), "20.00 J");
  const labels = lines({ training: {} }).map(({ label }) => label);
  assert.ok(
    labels.includes("one training image") && labels.includes("training images on a charge"),
  );
});
