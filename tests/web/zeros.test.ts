/** Counting in typed arrays gives what the shared vectors say, element by element. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CountedFiles } from "../../web/lib/counted_files.ts";
import { type Block, countZeros } from "../../web/lib/zeros.ts";
import vectors from "../vectors/zeros.json" with { type: "json" };

const bytesOf = (hex: string) =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

test("every block of the vectors has the zeros that they say", () => {
  assert.ok(vectors.length > 200);
  for (const { block, bytes, tally } of vectors) {
    assert.deepEqual([...countZeros(bytesOf(bytes), block)], tally, JSON.stringify(block));
  }
});

const BLOCK: Block = {
  path: "/upload/m.onnx",
  start: 2,
  end: 10,
  varints: false,
  bits: 32,
  masks: [0x7fffffff],
  patterns: [0],
  inner: 1,
  first: 0,
  elements: 2,
};

function filesOf(content: Uint8Array<ArrayBuffer>, lastModified = 1) {
  const reads: number[] = [];
  const files = new CountedFiles((part) => {
    reads.push(part.size);
    // As if the part had been read: a worker can do that at once, Node can't.
    return content.slice(BLOCK.start, BLOCK.start + part.size).buffer;
  });
  const mount = (modified = lastModified) =>
    files.mount(new Map([[BLOCK.path, new File([content], "m.onnx", { lastModified: modified })]]));
  mount();
  return { files, reads, mount };
}

test("a part of a file is read and counted, once", () => {
  const content = Uint8Array.of(9, 9, 0, 0, 0, 0x80, 0, 0, 0, 1, 9);
  const { files, reads, mount } = filesOf(content);
  assert.equal(files.count(JSON.stringify(BLOCK)), "[1,2,10]");
  mount(); // the same file, of a later request
  assert.equal(files.count(JSON.stringify(BLOCK)), "[1,2,10]");
  assert.deepEqual(reads, [8]);
  mount(2); // it was changed
  assert.equal(files.count(JSON.stringify(BLOCK)), "[1,2,10]");
  assert.deepEqual(reads, [8, 8]);
});

test("a file that was not given, or is shorter, has no answer", () => {
  const { files } = filesOf(new Uint8Array(6));
  assert.equal(files.count(JSON.stringify(BLOCK)), "null");
  assert.equal(files.count(JSON.stringify({ ...BLOCK, path: "/upload/other" })), "null");
});
