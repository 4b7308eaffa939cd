import { roleLabel, shareOf, timeTerms } from "../lib/cost.ts";
import { ends, quantity, share } from "../lib/format.ts";
import { isFarFromMeasured, originText, originWord } from "../lib/origins.ts";
import type { Layer, QuantityId } from "../lib/result.ts";
import { NumberCell } from "./number_cell.tsx";
import { Scroll } from "./scroll.tsx";
import { Swatch } from "./swatch.tsx";

const QUANTITIES: readonly (readonly [QuantityId, string, string])[] = [
  ["time_s", "Time", "s"],
  ["power_w", "Power", "W"],
  ["energy_j", "Energy", "J"],
];

/** Time, power and energy of a timed layer: between what each lies, and where it is from. */
export function Quantities({ layer }: { layer: Layer }) {
  const { interval } = layer;
  const level = `${Math.round(100 * (interval?.level ?? 0.8))}\u00a0%`;
  const far = isFarFromMeasured(layer);
  return (
    <section>
      <h4>Time, power, energy</h4>
      <table class="matrix">
        <caption class="unseen">Time, power and energy of {layer.name}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col" class="number">
              Value
            </th>
            {interval != null && (
              <th scope="col" class="number">
                {level} between
              </th>
            )}
            <th scope="col" class="origin">
              Origin
            </th>
          </tr>
        </thead>
        <tbody>
          {QUANTITIES.map(([id, label, unit]) => {
            const value = layer[id] ?? null;
            const found = interval?.[id];
            return (
              <tr key={id}>
                <th scope="row">{label}</th>
                <td class="number strong">{value === null ? "unknown" : quantity(value, unit)}</td>
                {interval != null && <td class="number">{found ? ends(found, unit) : "–"}</td>}
                <td class="origin">{originOf(layer, id)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {(layer.notes ?? []).map(({ code, text }) => (
        <p key={code} class={far ? "far" : "hint"}>
          {text}
        </p>
      ))}
    </section>
  );
}

/** Where a quantity is from; what is out of range is not simply measured. */
function originOf(layer: Layer, id: QuantityId): string {
  if (layer[id] == null) return "not known";
  const word = originWord(layer.origins?.[id]);
  return word !== "estimated" && isFarFromMeasured(layer) ? originText(layer) : word;
}

/** The shares that add up to the layer's time, each with its reason. */
export function TimeTerms({ layer }: { layer: Layer }) {
  const terms = [...timeTerms(layer)].sort((a, b) => b.time_s - a.time_s);
  if (terms.length === 0) return null;
  return (
    <section>
      <h4>What the time goes into</h4>
      <Scroll label="What the time goes into">
        <table class="terms">
          <caption class="unseen">Time of {layer.name}, the largest share first</caption>
          <thead>
            <tr>
              <th scope="col">For</th>
              <th scope="col" class="number">
                Time <span class="unit">s</span>
              </th>
              <th scope="col" class="number">
                Share
              </th>
            </tr>
          </thead>
          {terms.map(({ term, role, time_s, why }, index) => (
            <tbody key={index}>
              <tr>
                <th scope="row">
                  <Swatch paint={role} /> {roleLabel(role)}
                  {term !== role && <span class="hint"> {term}</span>}
                </th>
                <NumberCell value={time_s} strong />
                <td class="number">{signedShare(shareOf(time_s, layer.time_s ?? null))}</td>
              </tr>
              <tr class="why">
                <td colSpan={3}>{why}</td>
              </tr>
            </tbody>
          ))}
        </table>
      </Scroll>
    </section>
  );
}

/** A term of a fit may be below zero. */
function signedShare(value: number | null): string {
  return value !== null && value < 0 ? `−${share(-value)}` : share(value);
}
