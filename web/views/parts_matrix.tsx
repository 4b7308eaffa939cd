import { layerCost, partSums, seriesOf, shareOf, unitOf } from "../lib/cost.ts";
import { share } from "../lib/format.ts";
import type { Layer, Result } from "../lib/result.ts";
import { NumberCell } from "./number_cell.tsx";
import { Scroll } from "./scroll.tsx";
import { Swatch } from "./swatch.tsx";

/** Rows of their own: no data type's energy. */
const WITHOUT_TENSOR = new Set(["computation", "static"]);

/** The layer's energy by tensor and level, with sums. */
export function PartsMatrix({ result, layer }: { result: Result; layer: Layer }) {
  const unit = unitOf(result);
  const tensors = seriesOf("tensor", layer.parts).filter(({ id }) => !WITHOUT_TENSOR.has(id));
  const levels = seriesOf("level", layer.parts, result.platform.levels);
  const byTensor = partSums(layer.parts, "tensor");
  const byLevel = partSums(layer.parts, "level");
  const energy = layerCost(layer, unit);
  return (
    <section>
      <h4>
        Energy by level and data type <span class="unit">{unit}</span>
      </h4>
      <Scroll label="Energy by level and data type">
        <table class="matrix">
          <caption class="unseen">Energy of {layer.name} by memory level and data type</caption>
          <thead>
            <tr>
              <td />
              {tensors.map(({ id, label, paint }) => (
                <th key={id} scope="col" class="number">
                  <Swatch paint={paint} /> {label}
                </th>
              ))}
              <th scope="col" class="number">
                All
              </th>
              <th scope="col" class="number">
                Share
              </th>
            </tr>
          </thead>
          <tbody>
            {[...levels].reverse().map(({ id, label }) => (
              <tr key={id}>
                <th scope="row">{label}</th>
                {tensors.map((tensor) => {
                  const value = layer.parts[tensor.id]?.[id];
                  return value === undefined ? (
                    <td key={tensor.id} class="number none">
                      –
                    </td>
                  ) : (
                    <NumberCell key={tensor.id} value={value} />
                  );
                })}
                <NumberCell value={byLevel[id] ?? 0} strong />
                <td class="number">{share(shareOf(byLevel[id] ?? 0, energy))}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">All</th>
              {tensors.map(({ id }) => (
                <NumberCell key={id} value={byTensor[id] ?? 0} strong />
              ))}
              <NumberCell value={energy} strong />
              <td />
            </tr>
          </tfoot>
        </table>
      </Scroll>
    </section>
  );
}
