import assert from "node:assert/strict";
import { test } from "node:test";
import { csvFile, jsonFile, stateFile } from "../../web/lib/export.ts";
import { resultOf, simpleLayer } from "./fixtures/breakdown.ts";
import { shownOf } from "./fixtures/shown.ts";

const result = resultOf([simpleLayer("a", 1, 2)]);
const named = (name: string) =>
  shownOf({ ...result, model: { ...result.model, name } }, { state: { v: 1 }, csv: "name,kind\n" });

test("the saved JSON is the result itself, the CSV is the engine's", () => {
  assert.deepEqual(JSON.parse(jsonFile(named("net")).text), named("net").result);
  assert.equal(csvFile(named("net")).text, "name,kind\n");
  assert.deepEqual(JSON.parse(stateFile(named("net")).text), { v: 1 });
});

test("file names say model and platform, and suit every system", () => {
  assert.equal(csvFile(named("AlexNet")).name, "AlexNet-eyeriss.csv");
  assert.equal(jsonFile(named("../../etc/<x> \u202eü")).name, "etc-x-u-eyeriss.json");
  assert.equal(stateFile(named("///")).name, "model-eyeriss.joulegraph.json");
});
