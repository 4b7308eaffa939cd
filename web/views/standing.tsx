import { quantity } from "../lib/format.ts";
import type { Result } from "../lib/result.ts";
import { standingBars } from "../lib/standing.ts";
import { Scroll } from "./scroll.tsx";

const PAINTS = { layers: "ifmap", idle: "computation", host: "other" } as const;

/** What host and idle device draw for as long as the layers take: bars of their own. */
export function Standing({ result }: { result: Result }) {
  const bars = standingBars(result);
  if (bars.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="standing-title">
      <h3 id="standing-title">Host and idle</h3>
      <p class="hint">What is drawn for as long as the layers take, whatever they compute.</p>
      <Scroll label="Energies of host and idle device">
        <table class="standing">
          <caption class="unseen">Energy of the layers, of the idle device and of the host</caption>
          <tbody>
            {bars.map(({ id, label, energy_j, power_w, about, length }) => (
              <tr key={id}>
                <th scope="row">{label}</th>
                <td class="standing-bar">
                  <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                    <rect class={`fill-${PAINTS[id]}`} width={100 * length} height="10" />
                  </svg>
                </td>
                <td class="number strong">{quantity(energy_j, "J")}</td>
                <td class="number">{power_w === null ? "" : quantity(power_w, "W")}</td>
                <td class="reason">{about}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
