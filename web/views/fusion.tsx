import { perMacEnergy, shareOf, totalCost, unitOf } from "../lib/cost.ts";
import { quantity, share } from "../lib/format.ts";
import { rankedPairs } from "../lib/fusion.ts";
import type { Result } from "../lib/result.ts";
import { Scroll } from "./scroll.tsx";

interface Props {
  readonly result: Result;
  /** Whether it is asked for; what it says comes with the result. */
  readonly asked: boolean;
  readonly onAsk: (asked: boolean) => void;
}

/** What keeping the feature map between two layers on chip would save; no part of the result. */
export function Fusion({ result, asked, onAsk }: Props) {
  const { what_if } = result;
  return (
    <section class="panel" aria-labelledby="fusion-title">
      <div class="panel-head">
        <h3 id="fusion-title">What if layers were fused</h3>
        <label class="check">
          <input
            type="checkbox"
            checked={asked}
            onChange={(event) => onAsk(event.currentTarget.checked)}
          />
          <span>Look at every pair</span>
        </label>
      </div>
      {what_if === undefined ? (
        <p class="hint">
          The feature map between two layers could stay on chip, where it fits. The breakdown above
          stays as it is.
        </p>
      ) : (
        <Pairs result={result} whatIf={what_if} />
      )}
    </section>
  );
}

function Pairs({ result, whatIf }: { result: Result; whatIf: NonNullable<Result["what_if"]> }) {
  const unit = unitOf(result);
  const scale = perMacEnergy(result.platform, unit);
  const { best, fused, pairs_tried, connections_known } = whatIf;
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
      <Scroll label="Pairs of layers, fused">
        <table>
          <caption class="unseen">
            Pairs of layers that cost less fused, the most saving first
          </caption>
          <thead>
            <tr>
              <th scope="col">Pair</th>
              <th scope="col">Together</th>
              <th scope="col">Map stays in</th>
              <th scope="col" class="number">
                Map
              </th>
              <th scope="col" class="number">
                Apart
              </th>
              <th scope="col" class="number">
                Fused
              </th>
              <th scope="col" class="number">
                Less
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((pair) => (
              <tr key={pair.layers.join(" ")}>
                <th scope="row">{pair.names.join(" + ")}</th>
                <td>{pair.best ? "yes" : "–"}</td>
                <td>{level(pair.level)}</td>
                <td class="number">{quantity(pair.map_bytes, "B")}</td>
                <td class="number">{quantity(pair.energy_macs.apart * scale, unit)}</td>
                <td class="number">{quantity(pair.energy_macs.fused * scale, unit)}</td>
                <td class="number">{share(pair.saving_share)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {more > 0 && <p class="hint">And {more} more pairs, which save less; JSON has them.</p>}
    </>
  );
}
