import { quantity } from "../lib/format.ts";
import type { LinkTotals } from "../lib/shown.ts";

/** What a link says itself, until its layers have been recomputed. */
export function LinkSummary({ totals, working }: { totals: LinkTotals; working: boolean }) {
  const { energy_j, energy_macs, time_s } = totals;
  return (
    <section class="summary" aria-labelledby="link-title">
      <div class="title-line">
        <h2 id="link-title">{totals.name}</h2>
        <p class="meta">
          <span>from a link made by engine {totals.engine}</span>
          <span>on {totals.platform}</span>
        </p>
      </div>
      <p class="finding">
        These are the totals that the link says.{" "}
        {working ? "Its layers are being computed again." : "Its layers could not be computed."}
      </p>
      <dl class="totals plain">
        {(energy_j !== null || energy_macs !== null || time_s === null) && (
          <div>
            <dt>Energy</dt>
            <dd>
              <b>{energy_j !== null ? quantity(energy_j, "J") : quantity(energy_macs, "MACe")}</b>
            </dd>
          </div>
        )}
        {time_s !== null && (
          <div>
            <dt>Time</dt>
            <dd>
              <b>{quantity(time_s, "s")}</b>
            </dd>
          </div>
        )}
        <div>
          <dt>MACs</dt>
          <dd>
            <b>{quantity(totals.macs, "")}</b>
          </dd>
        </div>
        <div>
          <dt>Parameters</dt>
          <dd>
            <b>{quantity(totals.parameters, "")}</b>
          </dd>
        </div>
      </dl>
    </section>
  );
}
