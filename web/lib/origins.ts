/** Where quantities are from, in words: measured, estimated from a datasheet, or out of range. */
import type { Layer, QuantityId, Result } from "./result.ts";

const WORDS: Readonly<Record<string, string>> = {
  measured: "measured",
  datasheet: "estimated",
  modelled: "modelled",
};

/** The remark of a layer whose kind a profile has no rows of. */
const KIND_NOT_MEASURED = "kind-not-measured";

export function originWord(origin: string | null | undefined): string {
  return origin == null ? "" : (WORDS[origin] ?? origin);
}

/** What a layer's time rests on: "measured", "out of range", "kind not measured", "estimated". */
export function originText(layer: Layer): string {
  if (layer.time_s === 0) return "takes no time";
  if ((layer.notes ?? []).some(({ code }) => code === KIND_NOT_MEASURED))
    return "kind not measured";
  if (layer.in_range === false) return "out of range";
  return originWord(layer.origins?.time_s ?? layer.origin);
}

/** Whether a layer's numbers rest on less than measurements of its like. */
export function isFarFromMeasured(layer: Layer): boolean {
  return ["out of range", "kind not measured"].includes(originText(layer));
}

/** Where a total is from; of one that is estimated in part, how much of it is. */
export function totalOrigin(result: Result, id: QuantityId): string {
  const { origins, estimated_share } = result.totals;
  const origin = origins?.[id] ?? null;
  const part = estimated_share?.[id === "power_w" ? "energy_j" : id] ?? null;
  // What is modelled on a measured device is what it was not measured on.
  if (origin !== "measured" && part && part < 1 - 1e-9)
    return `${Math.max(1, Math.round(100 * part))}\u00a0% ${origin === "datasheet" ? "estimated" : "not measured"}`;
  return originWord(origin);
}

/** Whether all that is known of a quantity is from a datasheet. */
export function isAllEstimated({ layers }: Result, id: QuantityId): boolean {
  const found = layers.filter(({ time_s }) => time_s !== 0).map(({ origins }) => origins?.[id]);
  const known = found.filter((origin) => origin != null);
  return known.length > 0 && known.every((origin) => origin === "datasheet");
}
