import assert from "node:assert/strict";
import { test } from "node:test";
import { finding } from "../../web/lib/finding.ts";
import { layerOf, resultOf, simpleLayer } from "./fixtures/breakdown.ts";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

test("a layer that takes half of it is named alone", () => {
  const layers = [
    simpleLayer("a", 1, 9),
    simpleLayer("fc6", 10, 190),
    ...["c", "d", "e"].map((name) => simpleLayer(name, 1, 9)),
  ];
  assert.equal(
    plain(finding(resultOf(layers))),
    "fc6 alone takes 83 % of the energy, the most of 5 layers; moving data takes 16 times what computing takes.",
  );
});

test("the three costliest layers are named, the costliest first", () => {
  const layers = [10, 30, 20, 25, 15].map((size, i) => simpleLayer(`l${i}`, size / 2, size / 2));
  assert.equal(
    plain(finding(resultOf(layers))),
    "Three of 5 layers, l1, l3 and l2, take 75 % of the energy; moving data takes 1.0 times what computing takes.",
  );
});

test("energy that is spread over many layers is said to be so", () => {
  const layers = Array.from({ length: 100 }, (_, i) => simpleLayer(`l${i}`, 2, 1));
  assert.equal(
    plain(finding(resultOf(layers))),
    "Half of the energy lies in 50 of 100 layers, the most in l0 with 1 %; computing takes 2.0 times what moving data takes.",
  );
});

test("the costliest layers, where they are alike, are told together", () => {
  const rest = Array.from({ length: 40 }, (_, i) => simpleLayer(`r${i}`, 1 + i / 100, 1));
  const twelve = Array.from({ length: 12 }, (_, i) => simpleLayer(`m${i}`, 2, 1 + i / 1e6));
  assert.match(
    plain(finding(resultOf([...rest, ...twelve]))),
    /^12 alike layers of 52, such as m11, take 29 % of the energy, 2 % each; computing/,
  );
  const other = layerOf("other", { computation: { mac: 3 } }, { kind: "dense" });
  assert.match(plain(finding(resultOf([...rest, ...twelve, other]))), /^12 alike/);
  const three = twelve.slice(0, 3);
  assert.match(plain(finding(resultOf([...rest.slice(0, 5), ...three]))), /^Three of 8 layers/);
});

test("two layers and one layer make a sentence too", () => {
  const two = [simpleLayer("fc6", 1, 2), simpleLayer("fc7", 1, 0)];
  assert.match(finding(resultOf(two)), /^fc6 alone takes 75\u00a0% of the energy, the most of 2/);
  assert.match(
    finding(resultOf(two.slice(0, 1))),
    /^fc6 alone takes 100\u00a0% of the energy; moving/,
  );
});

test("what has no estimate is part of the finding", () => {
  const result = resultOf([simpleLayer("a", 1, 1)]);
  const missing = { name: "q", op: "ConvInteger", nodes: [3], macs: 50, reason: "unknown" };
  const sentence = (macs_share: number | null, count: number) =>
    plain(
      finding({ ...result, coverage: { macs_share, not_modelled: Array(count).fill(missing) } }),
    );
  assert.match(
    sentence(0.75, 1),
    / This leaves out what 1 node has to do, with 25\.0 % of the MACs: see Coverage\.$/,
  );
  assert.match(sentence(null, 2), /what 2 nodes have to do, of unknown share of the MACs/);
  assert.doesNotMatch(sentence(1, 1), /leaves out/);
});

test("nothing known is said by no sentence, and nothing computed is said as that", () => {
  assert.equal(finding(resultOf([])), "");
  const moved = layerOf("pool", { ifmap: { dram: 5 } });
  assert.match(finding(resultOf([moved])), /all of it moves data, none computes\.$/);
});

test("a share too small for whole percents keeps a decimal", () => {
  const many = Array.from({ length: 400 }, (_, i) => simpleLayer(`l${i}`, 1, 1));
  assert.match(finding(resultOf(many)), /the most in l0 with 0\.3\u00a0%/);
});

test("static power neither moves nor computes", () => {
  const still = layerOf("a", {
    computation: { mac: 10 },
    weight: { dram: 30 },
    static: { static: 60 },
  });
  assert.equal(
    plain(finding(resultOf([still]))),
    "a alone takes 100 % of the energy; moving data takes 3.0 times what computing takes, static power 60 %.",
  );
  const idle = layerOf("a", { static: { static: 60 } });
  assert.match(plain(finding(resultOf([idle]))), /; all of it is static power\.$/);
  const pool = layerOf("a", { ifmap: { dram: 20 }, static: { static: 60 } });
  assert.match(plain(finding(resultOf([pool]))), /; none computes, static power 75 %\.$/);
});
