import assert from "node:assert/strict";
import { test } from "node:test";
import { FORMS, stateFile } from "../../web/lib/export.ts";
import { resultOf, simpleLayer } from "./fixtures/breakdown.ts";
import { shownOf } from "./fixtures/shown.ts";

const result = resultOf([simpleLayer("a", 1, 2)]);
const named = (name: string) => shownOf({ ...result, model: { ...result.model, name } });

test("what a link would carry is a file where it is too long for one", () => {
  assert.deepEqual(JSON.parse(stateFile(named("net"), { v: 1 }).text), { v: 1 });
});

test("its name says model and platform, and suits every system", () => {
  assert.equal(stateFile(named("AlexNet"), {}).name, "AlexNet-eyeriss.joulegraph.json");
  assert.equal(
    stateFile(named("../../etc/<x> \u202eü"), {}).name,
    "etc-x-u-eyeriss.joulegraph.json",
  );
});

test("each form is offered once", () => {
  assert.equal(new Set(FORMS.map(({ id }) => id)).size, FORMS.length);
});
