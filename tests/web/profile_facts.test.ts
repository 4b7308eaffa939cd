import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceLine, figureRows } from "../../web/lib/device_facts.ts";
import { platformFacts } from "../../web/lib/platform_facts.ts";
import {
  kindFits,
  networkChecks,
  pointsOf,
  profileFacts,
  profileLine,
} from "../../web/lib/profile_facts.ts";
import type { MeasuredKind, PlatformSummary } from "../../web/lib/result.ts";
import { timedResult } from "./fixtures/timed.ts";

const ERRORS = { rows: 1000, rmspe: 0.13, mape: 0.1, median: 0.07, bias: -0.01 };
const CONV: MeasuredKind = {
  kind: "conv",
  dtype: "32x32",
  ranges: {},
  time_s: {
    errors: ERRORS,
    interval: { level: 0.8, coverage: 0.803, bands: [] },
    points: [[1, 2]],
  },
  power_w: { errors: ERRORS, energy_errors: { ...ERRORS, rmspe: 0.2 } },
};
const platformOf = (change: Partial<PlatformSummary>) => timedResult([], change).platform;

test("a profile says what was measured, on what, by whom", () => {
  const platform = platformOf({
    form: "default",
    kinds: [CONV],
    about: {
      device: "CPU",
      software: "PyTorch",
      driver: null,
      measured: { who: "Somebody", date: "2025", source: "https://example.org", licence: "MIT" },
      rows: [{ file: "rows.csv", sha256: "0123456789abcdef01", where: ["device=a"] }],
      fit: { seed: 1, folds: 10, rows: 1000 },
    },
  });
  const facts = platformFacts({ licence: "CC0-1.0", about: "A device." });
  const said = Object.fromEntries(
    profileFacts(platform, facts).map(({ label, text }) => [label, text]),
  );
  assert.equal(said.Device, "CPU");
  assert.equal(said["Measured by"], "Somebody");
  assert.equal(said.Rows, "1000 fitted; rows.csv, where device=a, SHA-256 0123456789abcdef…");
  assert.match(said.Fit ?? "", /10 folds/);
  assert.equal(said["Licence of the profile"], "CC0-1.0");
  assert.equal("Driver" in said, false);
  assert.equal(profileLine(platform), "measured: convolution · CPU · PyTorch");
});

test("errors are told for each kind and quantity that has them", () => {
  const narrow = { ...CONV, kind: "dense", dtype: "8x8", power_w: null };
  const fits = kindFits(platformOf({ kinds: [CONV, narrow] }));
  assert.deepEqual(
    fits.map(({ kind, quantity, errors, coverage }) => [kind, quantity, errors.rmspe, coverage]),
    [
      ["convolution", "time", 0.13, 0.803],
      ["convolution", "power", 0.13, null],
      ["convolution", "energy", 0.2, null],
      ["fully connected, 8 × 8 bits", "time", 0.13, 0.803],
    ],
  );
});

test("a profile of one's own may say anything", () => {
  for (const nonsense of [null, 3, "x", [null], { a: 1 }]) {
    const platform = platformOf({
      about: {
        device: nonsense,
        rows: nonsense,
        networks: nonsense,
        fit: nonsense,
        measured: nonsense,
      },
      kinds: [
        {
          ...CONV,
          time_s: {
            errors: nonsense as never,
            points: nonsense as never,
            interval: nonsense as never,
          },
          power_w: null,
        },
      ],
    });
    for (const { text } of profileFacts(platform, platformFacts(nonsense)))
      assert.doesNotMatch(text, /object|undefined|null|NaN/);
    assert.deepEqual(kindFits(platform), []);
    assert.deepEqual(networkChecks(platform), []);
    assert.deepEqual(pointsOf(platform.kinds?.[0]?.time_s ?? null), []);
  }
  const points = [[1, 2], [0, 1], [-1, 1], ["a", 1], [Number.NaN, 1], 3] as never;
  assert.deepEqual(pointsOf({ points }), [[1, 2]]);
});

test("networks that were measured are told with what is predicted", () => {
  const networks = [
    { network: "VGG-16", batch: 8, measured_s: 2, predicted_s: 3, error: 0.5 },
    { network: "broken", batch: 1, measured_s: 0, predicted_s: 1 },
  ];
  assert.deepEqual(networkChecks(platformOf({ about: { networks } })), [
    { network: "VGG-16", batch: 8, measured_s: 2, predicted_s: 3 },
  ]);
});

test("a datasheet's figures are told with unit and source, the unknown ones as such", () => {
  const platform = platformOf({
    kind: "datasheet",
    class: "data-centre GPU",
    figures: {
      peak_fp32: { value: 1.57e13, source: "ds" },
      peak_int8: { value: 6e13, source: "ds" },
      bandwidth_bytes_per_s: { value: 9e11, source: "ds" },
      memory_bytes: { value: 2 ** 34, source: "ds" },
      rated_power_w: null,
      efficiency_memory: { value: 0.62, source: "paleo" },
      something_new: { value: 3, source: "ds" },
    },
  });
  assert.deepEqual(
    figureRows(platform).map(({ label, value }) => `${label}: ${value.replace("\u00a0", " ")}`),
    [
      "Peak in fp32: 15.70 TFLOP/s",
      "Peak in int8: 60.00 TOP/s",
      "Memory bandwidth: 900.0 GB/s",
      "Memory: 16 GiB",
      "Rated power: unknown",
      "Share of the bandwidth reached: 62.0 %",
      "something new: 3",
    ],
  );
  assert.equal(
    deviceLine(platform),
    "estimated from the datasheet · data-centre GPU · 15.70 TFLOP/s in fp32 · 900.0 GB/s",
  );
});

test("a source of a datasheet is a title with its address and day", () => {
  const file = {
    sources: { ds: { title: "Sheet", url: "https://x.org/", seen: "2026-11-21" }, jssc: "JSSC" },
  };
  assert.deepEqual(platformFacts(file).sources, [
    { id: "ds", text: "Sheet; https://x.org/; seen 2026-11-21" },
    { id: "jssc", text: "JSSC" },
  ]);
});
