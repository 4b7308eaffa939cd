import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import {
  bytesText,
  factsLine,
  platformFacts,
  sizableLevels,
} from "../../web/lib/platform_facts.ts";

const FOLDER = "public/accelerators";
const file = (id: string) => JSON.parse(readFileSync(`${FOLDER}/${id}.json`, "utf8"));

test("Eyeriss in a line", () => {
  assert.equal(
    factsLine(platformFacts(file("eyeriss"))),
    "12 × 14 PEs at 200 MHz · Global buffer 100 KiB · Register file weight 448 B, ifmap 24 B, ofmap 48 B",
  );
});

test("a changed size stands beside the file's", () => {
  const line = factsLine(platformFacts(file("eyeriss")), { global_buffer: 204_800 });
  assert.match(line, / · Global buffer 200 KiB, not 100 KiB · /);
});

test("a capacity in another unit than bytes is said in it", () => {
  const line = factsLine(platformFacts(file("tpu-v1-like")));
  assert.match(line, /^256 × 256 PEs at 700 MHz · Unified buffer 24 MiB · /);
  assert.match(line, /Weight FIFO 256 KiB · Cell 2 values$/);
});

test("every accelerator that ships has a memory whose size can be changed, and sources", () => {
  for (const name of readdirSync(FOLDER)) {
    const facts = platformFacts(file(name.replace(".json", "")));
    const [level] = sizableLevels(facts);
    assert(level !== undefined && level.size_bytes > 0, name);
    assert.match(level.source ?? "", /./, name);
    assert(facts.sources.length > 0 && facts.about !== null, name);
  }
});

test("memories that tensors share have a dial, else the outermost", () => {
  const sizable = (id: string) => sizableLevels(platformFacts(file(id))).map((level) => level.id);
  assert.deepEqual(sizable("isca16_16x16"), ["global_buffer", "register_file"]);
  assert.deepEqual(sizable("eyeriss-v2"), ["global_buffer"]);
  assert.equal(sizableLevels(platformFacts(file("eyeriss")))[0]?.bank_bytes, 4096);
});

test("anything at all can be asked what it says", () => {
  for (const nonsense of [null, 7, "x", [], { levels: 3, array: { axes: [null] }, sources: [] }]) {
    const facts = platformFacts(nonsense);
    assert.equal(factsLine(facts), "");
    assert.deepEqual(sizableLevels(facts), []);
  }
});

test("bytes are written as memories are sold", () => {
  const said = [48, 1023, 1024, 102_400, 25_165_824, 346_458, 1.5 * 2 ** 40].map(bytesText);
  assert.deepEqual(said, ["48 B", "1023 B", "1 KiB", "100 KiB", "24 MiB", "338.3 KiB", "1536 GiB"]);
});
