import { perMacEnergy, shareOf, totalCost, unitOf } from "../lib/cost.ts";
import { quantity, share } from "../lib/format.ts";
import { rankedPairs } from "../lib/fusion.ts";
import type { Result } from "../lib/result.ts";
import { PlainTable } from "./plain_table.tsx";

/** What keeping the feature map between two layers on chip would save; no part of the result. */
export function Fusion({ result }: { result: Result }) {
  const unit = unitOf(result);
  const scale = perMacEnergy(result.platform, unit);
  if (result.what_if === undefined) return null;
  const { best, fused, pairs_tried, connections_known } = result.what_if;
  if (!connections_known) return <p>This model does not say which layer reads which.</p>;
  if (fused.length === 0) {
    return <p>Of {pairs_tried} pairs none fits on chip and saves energy.</p>;
  }
  const saved = unit === "J" ? best.saving_j : best.saving_macs;
  const { shown, more } = rankedPairs(fused);
  const level = (id: string) => result.platform.levels.find((each) => each.id === id)?.name ?? id;
  return (
    <>
      <p>
        {best.pairs} of {fused.length} pairs share no layer and save most together:{" "}
        {quantity(saved, unit)}, {share(shareOf(saved, totalCost(result)))} of all. Each pair is
        looked at alone.
      </p>
      <PlainTable
        label="Pairs of layers that cost less fused, the most saving first"
        heads={["Pair", "Together", "Map stays in", "Map", "Apart", "Fused", "Less"]}
        texts={3}
        rows={shown.map((pair) => [
          pair.names.join(" + "),
          pair.best ? "yes" : "–",
          level(pair.level),
          quantity(pair.map_bytes, "B"),
          quantity(pair.energy_macs.apart * scale, unit),
          quantity(pair.energy_macs.fused * scale, unit),
          share(pair.saving_share),
        ])}
      />
      {more > 0 && <p class="hint">And {more} more pairs, which save less; JSON has them.</p>}
    </>
  );
}
