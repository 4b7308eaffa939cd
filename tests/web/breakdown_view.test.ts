import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type BreakdownView,
  BUNDLES,
  FIRST_VIEW,
  PICTURES,
  viewFrom,
  viewState,
} from "../../web/lib/breakdown_view.ts";

const CHANGED: BreakdownView = {
  picture: "map",
  by: "kind",
  layer: { index: 12, name: "a/b" },
  filter: "conv 3",
  sorting: { column: "part:weight", descending: true },
  bundling: "block",
  open: ["layer1", "layer2"],
  top: true,
  module: "layer1/0",
};

test("the first view says nothing, and nothing says the first view", () => {
  assert.equal(viewState(FIRST_VIEW), null);
  for (const nothing of [null, undefined, {}, [], 3, "x"]) {
    assert.deepEqual(viewFrom(nothing), FIRST_VIEW);
  }
});

test("a view survives being written as JSON and read again, whole and in each part", () => {
  const again = (view: BreakdownView) => viewFrom(JSON.parse(JSON.stringify(viewState(view))));
  assert.deepEqual(again(CHANGED), CHANGED);
  for (const key of Object.keys(CHANGED) as (keyof BreakdownView)[]) {
    const view = { ...FIRST_VIEW, [key]: CHANGED[key] };
    assert.deepEqual(again(view), view);
    assert.deepEqual(Object.keys(viewState(view) ?? {}), [key]);
  }
  for (const picture of PICTURES) assert.equal(again({ ...FIRST_VIEW, picture }).picture, picture);
  for (const bundling of BUNDLES)
    assert.equal(again({ ...FIRST_VIEW, bundling }).bundling, bundling);
});

test("what is out of bounds is as at first, and the rest is kept", () => {
  const long = "x".repeat(1001);
  const odd: Readonly<Record<string, unknown>> = {
    picture: "pie",
    by: 3,
    layer: [-1, "a"],
    filter: long,
    sorting: "part:<b>",
    bundling: {},
    open: "all",
    top: 1,
    module: ["a"],
  };
  assert.deepEqual(viewFrom(odd), FIRST_VIEW);
  assert.equal(viewFrom({ ...odd, picture: "map" }).picture, "map");
  for (const layer of [[1.5, "a"], [1e9, "a"], [1, long], [1], "1", [null, "a"]]) {
    assert.equal(viewFrom({ layer }).layer, null);
  }
  const open = Array.from({ length: 2000 }, (_, i) => (i === 3 ? 3 : String(i)));
  assert.equal(viewFrom({ open }).open.length, 499);
});
