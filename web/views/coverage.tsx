import { shareOf } from "../lib/cost.ts";
import { quantity, share } from "../lib/format.ts";
import type { Result } from "../lib/result.ts";
import { Scroll } from "./scroll.tsx";

/** What got no estimate, with its share of the work. */
export function Coverage({ result }: { result: Result }) {
  const { macs_share, not_modelled } = result.coverage;
  const { macs } = result.totals;
  return (
    <section class="panel" aria-labelledby="coverage-title">
      <h3 id="coverage-title">Coverage</h3>
      <p>
        {macs_share === null
          ? "The share of the MACs that has an estimate is unknown."
          : `${share(macs_share)} of the MACs have an estimate.`}
        {not_modelled.length === 0 && " Nothing was left out."}
      </p>
      {not_modelled.length > 0 && (
        <Scroll label="What is not covered">
          <table>
            <caption class="unseen">What is not covered</caption>
            <thead>
              <tr>
                <th scope="col">Node</th>
                <th scope="col">Operator</th>
                <th scope="col" class="number">
                  MACs
                </th>
                <th scope="col" class="number">
                  Share of MACs
                </th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {not_modelled.map((entry) => (
                <tr key={`${entry.name} ${entry.nodes.join(" ")}`}>
                  <th scope="row">{entry.name || `node ${entry.nodes.join(", ")}`}</th>
                  <td>{entry.op}</td>
                  <td class="number">{quantity(entry.macs, "")}</td>
                  <td class="number">{share(shareOf(entry.macs, macs))}</td>
                  <td class="reason">{entry.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}
