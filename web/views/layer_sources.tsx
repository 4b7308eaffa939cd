import { perMacEnergy, unitOf, wordEnergy } from "../lib/cost.ts";
import { figureRows } from "../lib/device_facts.ts";
import { share } from "../lib/format.ts";
import { isMapped, type Layer, type Result } from "../lib/result.ts";

/** The constants that a layer's numbers rest on, and where each is from. */
export function LayerSources({ result, layer }: { result: Result; layer: Layer }) {
  const rows = isMapped(result.platform) ? levelRows(result) : timedRows(result, layer);
  if (rows.length === 0) return null;
  return (
    <section>
      <h4>Constants and their sources</h4>
      <dl class="constants">
        {rows.map(([name, value, source]) => (
          <div key={name}>
            <dt>
              {name} <b>{value}</b>
            </dt>
            {source !== "" && <dd class="hint">{source}</dd>}
          </div>
        ))}
      </dl>
      <p class="hint">All of the platform’s file is under its name, above the pictures.</p>
    </section>
  );
}

type Constant = readonly [name: string, value: string, source: string];

function levelRows(result: Result): readonly Constant[] {
  const { platform } = result;
  const unit = unitOf(result);
  const scale = perMacEnergy(platform, unit);
  return platform.levels
    .filter(({ energy_macs }) => energy_macs !== null)
    .map((level) => [
      `${level.name}, a ${platform.word_bits}-bit word`,
      wordEnergy(level, unit, scale),
      level.source,
    ]);
}

/** A datasheet's figures; of a profile, what the fit of this kind of layer rests on. */
function timedRows({ platform }: Result, layer: Layer): readonly Constant[] {
  const figures = figureRows(platform)
    .filter(({ source }) => source !== "")
    .map(({ label, value, source }): Constant => [label, value, source]);
  const fits = (platform.kinds ?? [])
    .filter(({ kind }) => kind === layer.kind)
    .map(({ kind, dtype, rows, time_s }): Constant => {
      const error = time_s.errors;
      const off = error ? `off by ${share(error.rmspe)} (RMSPE) on rows it had not seen` : "";
      return [`Fit of ${kind}, ${dtype} bits`, rows == null ? "" : `${rows} rows measured`, off];
    });
  return [...fits, ...figures];
}
