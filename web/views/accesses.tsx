import { accessTerms, labelOf, layerCost, perMacEnergy, shareOf, unitOf } from "../lib/cost.ts";
import { local, quantity, share } from "../lib/format.ts";
import type { Layer, Result, Term } from "../lib/result.ts";
import { NumberCell } from "./number_cell.tsx";
import { Scroll } from "./scroll.tsx";
import { Swatch } from "./swatch.tsx";

/** Every term of the layer's energy: how often, how wide, at what cost, and how that was counted. */
export function Accesses({ result, layer }: { result: Result; layer: Layer }) {
  const unit = unitOf(result);
  const scale = perMacEnergy(result.platform, unit);
  const energy = layerCost(layer, unit);
  const terms = [...accessTerms(layer)].sort((a, b) => b.energy - a.energy);
  const { platform } = result;
  return (
    <section>
      <h4>Accesses and what they cost</h4>
      <p class="formula">
        energy = accesses × energy per word; energy per word = the level’s energy × bits ÷{" "}
        {platform.word_bits}
      </p>
      <Scroll label="Accesses">
        <table class="terms">
          <caption class="unseen">Accesses of {layer.name}, the costliest first</caption>
          <thead>
            <tr>
              <th scope="col">Data, level</th>
              <th scope="col" class="number">
                Accesses
              </th>
              <th scope="col" class="number">
                Energy <span class="unit">{unit}</span>
              </th>
              <th scope="col" class="number">
                Share
              </th>
            </tr>
          </thead>
          {terms.map((term, index) => (
            <tbody key={index}>
              <tr>
                <th scope="row">
                  <Swatch paint={term.tensor} /> {nameOf(term, result)}
                </th>
                <NumberCell value={term.accesses} />
                <NumberCell value={term.energy * scale} strong />
                <td class="number">{share(shareOf(term.energy * scale, energy))}</td>
              </tr>
              <tr class="why">
                <td colSpan={4}>
                  {short(term.bits_per_word)}-bit words at{" "}
                  {quantity(term.energy_per_word * scale, unit)}; {term.why}
                </td>
              </tr>
            </tbody>
          ))}
        </table>
      </Scroll>
    </section>
  );
}

function nameOf(term: Term, result: Result): string {
  if (term.tensor === "computation") return "MACs";
  const level = result.platform.levels.find(({ id }) => id === term.level)?.name;
  return `${labelOf(term.tensor)}, ${level ?? labelOf(term.level)}`;
}

/** At most two decimals. */
function short(value: number): string {
  return local(String(Number(value.toFixed(2))));
}
