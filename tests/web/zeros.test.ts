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

/** Blocks of a file as the engine asks for them, one after the other. */
function ask(files: CountedFiles, blocks: readonly Block[]): string[] {
  return blocks.map((block) => files.count(JSON.stringify(block)));
}

test("blocks are counted ahead in one go, gaps and all, and then known", async () => {
  const content = new Uint8Array(3_000_000).map((_, i) => (i % 7 === 0 ? 0 : 1));
  const block = (start: number, end: number, path = BLOCK.path): Block => ({
    ...BLOCK,
    ...{ path, start, end, bits: 8, masks: [255], elements: end - start },
  });
  const blocks = [
    block(2_000_000, 2_100_000),
    block(10, 1_000_011), // an odd length: the memory is used for words next
    { ...block(1_000_011, 1_000_019), bits: 32, masks: [0xffffffff], elements: 2 },
    block(1_000_015, 1_000_030), // lies over the one before
    block(1_200_000, 1_200_001),
    block(0, 700, "/upload/along"),
  ];
  const reads: number[] = [];
  const files = new CountedFiles((part) => {
    reads.push(part.size);
    return new ArrayBuffer(part.size);
  });
  const given = new Map([BLOCK.path, "/upload/along"].map((p) => [p, new File([content], p)]));
  files.mount(given);
  const told: [number, number][] = [];
  let asked = 0;
  const again = () => {
    asked += 1;
    // Placeholders take the engine through to the end.
    assert.deepEqual(
      ask(files, blocks).map((text) => JSON.parse(text)[2]),
      blocks.map(({ end }) => end),
    );
  };
  await files.prepare(again, (done, total) => told.push([done, total]));
  const zeros = ({ start, end, bits }: Block) =>
    bits === 32
      ? 0
      : content.slice(start, end).reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0);
  const expected = blocks.map((b) => JSON.stringify([zeros(b), b.elements, b.end]));
  assert.deepEqual(ask(files, blocks), expected);
  const total = blocks.reduce((sum, { start, end }) => sum + end - start, 0);
  assert.deepEqual(told.at(-1), [total, total]);
  assert.equal(told.length, blocks.length);
  await files.prepare(again, () => assert.fail("nothing is left to be read"));
  assert.equal(asked, 1);
  assert.deepEqual(reads, [], "nobody waited for a read");
});

test("a block of varints is not collected: where it ends is known when it is read", async () => {
  const { files, reads } = filesOf(new Uint8Array(20));
  const block = { ...BLOCK, varints: true, bits: 16, masks: [0x7fff], elements: 8 };
  await files.prepare(
    () => assert.deepEqual(ask(files, [block]), ["[8,8,10]"]),
    () => assert.fail("nothing was collected"),
  );
  assert.deepEqual(reads, [8]);
});

test("what ends before it should is not counted ahead, nor afterwards", async () => {
  const reads: number[] = [];
  const files = new CountedFiles((part) => {
    reads.push(part.size);
    return new ArrayBuffer(part.size);
  });
  files.mount(new Map([[BLOCK.path, new File([new Uint8Array(6)], "m.onnx")]]));
  await files.prepare(
    () => ask(files, [BLOCK]),
    () => undefined,
  );
  assert.equal(files.count(JSON.stringify(BLOCK)), "null");
  assert.deepEqual(reads, [4]);
});

test("a stream that stops for good is begun anew where the last block ended", async () => {
  const content = new Uint8Array(30_000).map((_, i) => (i % 5 === 0 ? 0 : 1));
  const opened: number[] = [];
  class Stopping extends File {
    override slice(start = 0, end?: number): Blob {
      const part = super.slice(start, end);
      opened.push(start);
      let gone = 0;
      // Only the third goes on; the others bring 12,000 bytes and then nothing more.
      const stopping = new ReadableStream({
        type: "bytes",
        pull: (controller) => {
          if (gone >= 12_000) return new Promise(() => undefined);
          controller.enqueue(content.slice(start + gone, start + gone + 4000));
          gone += 4000;
          return undefined;
        },
      });
      if (opened.length < 3) part.stream = () => stopping as ReturnType<Blob["stream"]>;
      return part;
    }
  }
  const files = new CountedFiles(() => assert.fail("it was counted ahead"), 30);
  files.mount(new Map([[BLOCK.path, new Stopping([content], "m.onnx")]]));
  const blocks = [0, 10_000, 20_000].map((start) => ({
    ...BLOCK,
    ...{ start, end: start + 10_000, bits: 8, masks: [255], elements: 10_000 },
  }));
  let done = 0;
  await files.prepare(
    () => ask(files, blocks),
    (bytes) => {
      done = bytes;
    },
  );
  assert.equal(done, 30_000);
  assert.deepEqual(opened, [0, 10_000, 20_000]);
  assert.deepEqual(
    ask(files, blocks),
    blocks.map(({ end }) => `[2000,10000,${end}]`),
  );
});
