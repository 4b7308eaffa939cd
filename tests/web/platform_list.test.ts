import assert from "node:assert/strict";
import { test } from "node:test";
import { platformGroups } from "../../web/lib/platform_list.ts";
import {
  entryOf,
  isMappedFile,
  type PlatformEntry,
  platformPath,
} from "../../web/lib/platforms.ts";
import { Problem } from "../../web/lib/problem.ts";

const ENTRIES: readonly PlatformEntry[] = [
  { id: "eyeriss", kind: "accelerator", name: "Eyeriss", about: "A spatial accelerator." },
  { id: "cpu-a", kind: "measured", name: "A CPU", measured: ["conv", "dense"], power: "measured" },
  { id: "gpu-b", kind: "measured", name: "B GPU", measured: ["dense"], power: "estimated" },
  {
    id: "v100-16gb",
    kind: "datasheet",
    name: "Tesla V100 16 GB",
    class: "data-centre GPU",
    power: "estimated",
  },
  { id: "m1", kind: "datasheet", name: "M1", class: "laptop or phone SoC", only: ["int8"] },
];
const found = (search: string) =>
  platformGroups(ENTRIES, null, search).flatMap(({ options }) => options.map(({ name }) => name));

test("platforms stand in groups by kind, devices by class too, each with what it can say", () => {
  const groups = platformGroups(ENTRIES, null, "");
  assert.deepEqual(
    groups.map(({ label, options }) => [label, options.length]),
    [
      ["Accelerators", 1],
      ["Measured devices", 2],
      ["Datasheets: data-centre GPU", 1],
      ["Datasheets: laptop or phone SoC", 1],
    ],
  );
  assert.deepEqual(
    groups.flatMap(({ options }) => options.map(({ says }) => says)),
    [
      "A spatial accelerator.",
      "convolution, fully connected: time measured, power and energy measured",
      "fully connected: time measured, power and energy estimated",
      "time, power, energy",
      "time; no power, no energy, only in int8",
    ],
  );
});

test("a search finds by all its words, in names, ids, classes and what is said", () => {
  assert.deepEqual(found("v100 16"), ["Tesla V100 16 GB"]);
  assert.deepEqual(found("V100-16GB"), ["Tesla V100 16 GB"]);
  assert.deepEqual(found("fully measured"), ["A CPU", "B GPU"]);
  assert.deepEqual(found("data centre"), ["Tesla V100 16 GB"]);
  assert.deepEqual(
    found("   "),
    ENTRIES.map(({ name }) => name),
  );
  assert.deepEqual(found("nothing of the kind"), []);
});

test("one's own comes first", () => {
  const own = { id: "mine", file: { name: "Mine" } };
  const [first] = platformGroups(ENTRIES, own, "");
  assert.deepEqual([first?.label, first?.options[0]?.platform], ["Your own", own]);
  assert.deepEqual(platformGroups(ENTRIES, own, "eyeriss").length, 1);
});

test("a platform's file lies with its kind; one that is nowhere is told", () => {
  assert.equal(platformPath(entryOf("cpu-a", ENTRIES)), "profiles/cpu-a.json");
  assert.equal(platformPath(entryOf("m1", ENTRIES)), "devices/m1.json");
  assert.throws(
    () => entryOf("../secret", ENTRIES),
    (cause) => cause instanceof Problem,
  );
});

test("only accelerators are mapped onto", () => {
  assert(isMappedFile({ kind: "accelerator" }) && isMappedFile({}));
  assert(!isMappedFile({ kind: "measured" }) && !isMappedFile({ kind: "datasheet" }));
});
