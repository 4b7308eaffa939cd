/** What a datasheet says, figure by figure, for people. */
import { quantity, share } from "./format.ts";
import { bytesText } from "./platform_facts.ts";
import type { PlatformSummary } from "./result.ts";

export interface FigureRow {
  readonly id: string;
  readonly label: string;
  /** "15.67 TFLOP/s"; "unknown" where no source was read. */
  readonly value: string;
  readonly source: string;
}

const LABELS: Readonly<Record<string, readonly [string, (value: number) => string]>> = {
  bandwidth_bytes_per_s: ["Memory bandwidth", (value) => quantity(value, "B/s")],
  memory_bytes: ["Memory", bytesText],
  rated_power_w: ["Rated power", (value) => quantity(value, "W")],
  idle_power_w: ["Idle power", (value) => quantity(value, "W")],
  launch_overhead_s: ["Starting a layer", (value) => quantity(value, "s")],
  multiprocessors: ["Multiprocessors", (value) => quantity(value, "")],
  clock_hz: ["Clock", (value) => quantity(value, "Hz")],
  efficiency_computation: ["Share of the peak rate reached", share],
  efficiency_memory: ["Share of the bandwidth reached", share],
};
const PEAK = "peak_";

export function figureRows({ figures = {} }: PlatformSummary): readonly FigureRow[] {
  return Object.entries(figures).map(([id, figure]) => {
    const [label, written] = LABELS[id] ?? [labelOf(id), (value: number) => plainText(id, value)];
    return {
      id,
      label,
      value: figure === null ? "unknown" : written(figure.value),
      source: figure?.source ?? "",
    };
  });
}

/** The device in a line: "data-centre GPU · 15.67 TFLOP/s in fp32 · 900.0 GB/s · 300.0 W rated". */
export function deviceLine(platform: PlatformSummary): string {
  const figures = platform.figures ?? {};
  const peak = ["peak_fp32", ...Object.keys(figures)].find(
    (id) => id.startsWith(PEAK) && figures[id] != null,
  );
  const shown = [peak, "bandwidth_bytes_per_s", "rated_power_w"].flatMap((id) => {
    const figure = id === undefined ? null : figures[id];
    if (id === undefined || figure == null) return [];
    const peak = `${peakText(id, figure.value)} in ${id.slice(PEAK.length)}`;
    const text = LABELS[id]?.[1](figure.value) ?? peak;
    return [id === "rated_power_w" ? `${text} rated` : text];
  });
  return ["estimated from the datasheet", platform.class, ...shown].filter(Boolean).join(" · ");
}

function labelOf(id: string): string {
  return id.startsWith(PEAK) ? `Peak in ${id.slice(PEAK.length)}` : id.replaceAll("_", " ");
}

function plainText(id: string, value: number): string {
  return id.startsWith(PEAK) ? peakText(id, value) : quantity(value, "");
}

function peakText(id: string, value: number): string {
  return quantity(value, id.startsWith(`${PEAK}int`) ? "OP/s" : "FLOP/s");
}
