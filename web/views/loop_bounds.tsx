import { inFull, quantity } from "../lib/format.ts";
import { boundsOf, macFormula } from "../lib/reasons.ts";
import type { Layer, Loops } from "../lib/result.ts";

/** The loop nest that the layer computes, and the MACs that follow. */
export function LoopBounds({ loops, layer }: { loops: Loops; layer: Layer }) {
  return (
    <section>
      <h4>Loop bounds</h4>
      <dl class="pairs bounds">
        {boundsOf(loops).map(({ symbol, value, about }) => (
          <div key={symbol} title={about}>
            <dt>
              {symbol} <span class="hint">{about}</span>
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="formula" title={inFull(layer.macs)}>
        MACs = {macFormula(loops)}
      </p>
      {layer.ops !== null && layer.ops > 0 && (
        <p class="hint">Besides them {quantity(layer.ops, "")} other operations.</p>
      )}
    </section>
  );
}
