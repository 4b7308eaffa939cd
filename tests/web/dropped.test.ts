import assert from "node:assert/strict";
import { test } from "node:test";
import { sortDropped } from "../../web/lib/dropped.ts";
import { Problem } from "../../web/lib/problem.ts";

const file = (name: string, content: string | object = "") =>
  new File([typeof content === "string" ? content : JSON.stringify(content)], name);

test("the model comes first, whatever order the files were dropped in", async () => {
  const [found] = await sortDropped([file("weights.bin"), file("net.ONNX"), file("more.data")]);
  assert.equal(found?.kind, "model");
  assert.deepEqual(found?.kind === "model" && found.files.map(({ name }) => name), [
    "net.ONNX",
    "weights.bin",
    "more.data",
  ]);
});

test("JSON is known by its schema, not by its name", async () => {
  const found = await sortDropped([
    file("a.json", { schema: "joulegraph/density/1", source: "s", layers: {} }),
    file("b.json", { schema: "joulegraph/accelerator/2" }),
    file("c.json", { v: 1, layers: {} }),
    file("d.json", { schema: "joulegraph/accelerator/9" }), // the engine says what it reads
    file("e.json", { schema: "joulegraph/profile/1" }),
    file("f.json", { schema: "joulegraph/device/2" }),
  ]);
  assert.deepEqual(
    found.map(({ kind }) => kind),
    ["density", "platform", "state", "platform", "platform", "platform"],
  );
});

for (const [what, content] of [
  ["no JSON", "hello"],
  ["another JSON", { name: "package" }],
  ["a list", [1, 2]],
  ["null", "null"],
  ["a huge one", " ".repeat(1_048_577)],
] as const) {
  test(`${what} is refused with what would be read`, async () => {
    await assert.rejects(sortDropped([file("x.json", content)]), (cause: unknown) => {
      assert.ok(cause instanceof Problem);
      assert.equal(cause.code, "json-unknown");
      assert.match(cause.message, /^x\.json /);
      return true;
    });
  });
}
