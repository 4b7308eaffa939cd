import { inFull, quantity, share } from "../lib/format.ts";
import type { Result } from "../lib/result.ts";

/** MACs and parameters. */
export function Counts({ result }: { result: Result }) {
  const { totals, options, coverage, layers } = result;
  const batched = options.batch > 1;
  const knownMacs = layers.reduce((sum, layer) => sum + (layer.macs ?? 0), 0);
  const macs = totals.macs ?? knownMacs;
  const from = coverage.not_modelled.some(({ macs }) => macs === null) ? "≥ " : "";
  return (
    <>
      <div>
        <dt>MACs{batched && ` of ${options.batch} inferences`}</dt>
        <dd title={inFull(macs)}>
          <b>
            {from}
            {quantity(macs, "")}
          </b>
          {batched && <span>{quantity(macs / options.batch, "")} per inference</span>}
        </dd>
      </div>
      <div>
        <dt>Parameters</dt>
        <dd title={inFull(totals.parameters)}>
          <b>{quantity(totals.parameters, "")}</b>
        </dd>
      </div>
    </>
  );
}

export function Covered({ result }: { result: Result }) {
  return (
    <div>
      <dt>Covered</dt>
      <dd>
        <b>{share(result.coverage.macs_share)}</b>
        <span>of the MACs</span>
      </dd>
    </div>
  );
}
