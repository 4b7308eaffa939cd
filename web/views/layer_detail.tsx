import { layerCost, shareOf, totalCost, unitOf } from "../lib/cost.ts";
import { quantity, share } from "../lib/format.ts";
import { mainReason, rankOf } from "../lib/reasons.ts";
import { isMapped, type Layer, type Result } from "../lib/result.ts";
import { Accesses } from "./accesses.tsx";
import { LayerSources } from "./layer_sources.tsx";
import { LoopBounds } from "./loop_bounds.tsx";
import { MappingFound } from "./mapping_found.tsx";
import { PartsMatrix } from "./parts_matrix.tsx";
import { Quantities, TimeTerms } from "./timed_layer.tsx";

interface Props {
  readonly result: Result;
  readonly layer: Layer;
  readonly onBack: () => void;
}

/** Why the chosen layer costs what it costs. */
export function LayerDetail({ result, layer, onBack }: Props) {
  const unit = unitOf(result);
  const energy = layerCost(layer, unit);
  const rank = rankOf(layer, result);
  const mapped = isMapped(result.platform);
  const nodes = layer.nodes.length === 1 ? "node" : "nodes";
  return (
    <aside class="panel detail" aria-labelledby="detail-title">
      <div class="panel-head">
        <h3 id="detail-title" tabIndex={-1}>
          Why {layer.name}
        </h3>
        <button type="button" class="quiet back" onClick={onBack}>
          Back to layers
        </button>
      </div>
      <p class="meta">
        <span>{layer.kind}</span>
        {layer.op_types.length > 0 && <span>{layer.op_types.join(", ")}</span>}
        {layer.nodes.length > 0 && (
          <span>
            {nodes} {layer.nodes.join(", ")}
          </span>
        )}
      </p>
      <p class="detail-energy">
        <b>{quantity(energy, unit)}</b> {share(shareOf(energy, totalCost(result)))} of the total
        {rank !== null && `, rank ${rank} of ${result.layers.length}`}. {mainReason(layer, result)}
      </p>
      {mapped ? (
        <PartsMatrix result={result} layer={layer} />
      ) : (
        <>
          <Quantities layer={layer} />
          <TimeTerms layer={layer} />
        </>
      )}
      {layer.loops !== null && <LoopBounds loops={layer.loops} layer={layer} />}
      {mapped ? <WidthsAndZeros layer={layer} /> : <Widths layer={layer} />}
      {layer.mapping !== null && (
        <MappingFound result={result} layer={layer} mapping={layer.mapping} />
      )}
      {mapped && <Accesses result={result} layer={layer} />}
      <LayerSources result={result} layer={layer} />
      {(mapped ? (layer.notes ?? []) : []).map(({ code, text }) => (
        <p key={code} class="hint">
          {text}
        </p>
      ))}
    </aside>
  );
}

function WidthsAndZeros({ layer }: { layer: Layer }) {
  const known = Object.entries(layer.zeros).filter(([, value]) => value !== null);
  return (
    <section>
      <h4>Bits and zeros</h4>
      <dl class="pairs">
        <WidthPairs layer={layer} />
        {known.map(([tensor, value]) => (
          <div key={tensor}>
            <dt>zeros in the {tensor === "weight" ? "weights" : tensor}</dt>
            <dd>{share(value)}</dd>
          </div>
        ))}
      </dl>
      {known.length === 0 && (
        <p class="hint">No zero fractions: every value is counted as non-zero.</p>
      )}
    </section>
  );
}

/** The widths alone: a timed platform computes on zeros as on other numbers. */
function Widths({ layer }: { layer: Layer }) {
  if (Object.keys(layer.bits).length === 0) return null;
  return (
    <section>
      <h4>Bits</h4>
      <dl class="pairs">
        <WidthPairs layer={layer} />
      </dl>
    </section>
  );
}

function WidthPairs({ layer }: { layer: Layer }) {
  return (
    <>
      {Object.entries(layer.bits).map(([tensor, width]) => (
        <div key={tensor}>
          <dt>{tensor === "psum" ? "psums" : `${tensor}s`}</dt>
          <dd>{width === null ? "unknown" : `${width} bits`}</dd>
        </div>
      ))}
    </>
  );
}
