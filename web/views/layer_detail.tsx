import { layerEnergy, shareOf, totalEnergy, unitOf } from "../lib/energy.ts";
import { quantity, share } from "../lib/format.ts";
import { mainReason, rankOf } from "../lib/reasons.ts";
import type { Layer, Result } from "../lib/result.ts";
import { Accesses } from "./accesses.tsx";
import { LoopBounds } from "./loop_bounds.tsx";
import { MappingFound } from "./mapping_found.tsx";
import { PartsMatrix } from "./parts_matrix.tsx";

interface Props {
  readonly result: Result;
  readonly layer: Layer;
  readonly onBack: () => void;
}

/** Why the chosen layer costs what it costs. */
export function LayerDetail({ result, layer, onBack }: Props) {
  const unit = unitOf(result);
  const energy = layerEnergy(layer, unit);
  const rank = rankOf(layer, result);
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
        <b>{quantity(energy, unit)}</b> {share(shareOf(energy, totalEnergy(result)))} of the total
        {rank !== null && `, rank ${rank} of ${result.layers.length}`}. {mainReason(layer, result)}
      </p>
      <PartsMatrix result={result} layer={layer} />
      {layer.loops !== null && <LoopBounds loops={layer.loops} layer={layer} />}
      <WidthsAndZeros layer={layer} />
      {layer.mapping !== null && (
        <MappingFound result={result} layer={layer} mapping={layer.mapping} />
      )}
      <Accesses result={result} layer={layer} />
      {(layer.notes ?? []).map(({ code, text }) => (
        <p key={code} class="hint">
          {text}
        </p>
      ))}
    </aside>
  );
}

function WidthsAndZeros({ layer }: { layer: Layer }) {
  const { bits, zeros } = layer;
  const known = Object.entries(zeros).filter(([, value]) => value !== null);
  return (
    <section>
      <h4>Bits and zeros</h4>
      <dl class="pairs">
        {Object.entries(bits).map(([tensor, width]) => (
          <div key={tensor}>
            <dt>{tensor === "psum" ? "psums" : `${tensor}s`}</dt>
            <dd>{width === null ? "unknown" : `${width} bits`}</dd>
          </div>
        ))}
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
