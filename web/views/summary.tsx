import { extentOf, partSums, shareOf, totalCost, unitOf } from "../lib/cost.ts";
import { finding } from "../lib/finding.ts";
import { quantity, share } from "../lib/format.ts";
import { isMapped, type Result } from "../lib/result.ts";
import type { Shown } from "../lib/shown.ts";
import { AboutPlatform, aboutShown } from "./about_platform.tsx";
import { Counts, Covered } from "./counts.tsx";
import { memo } from "./memo.ts";
import { TimedTotals } from "./timed_totals.tsx";

/** The model, the finding in one sentence, and the totals. */
export const Summary = memo(({ shown, title }: { shown: Shown; title: string }) => {
  const { result } = shown;
  const { model, options } = result;
  const inputs = Object.entries(model.inputs).map(([name, shape]) => `${name} ${shapeText(shape)}`);
  const about = [
    model.file,
    inputs.join(", "),
    `${result.layers.length} layers`,
    `batch ${options.batch}`,
  ];
  return (
    <section class="summary" aria-labelledby="model-title">
      <div class="title-line">
        <h2 id="model-title">{title}</h2>
        <p class="meta">
          {about.filter(Boolean).map((text) => (
            <span key={text}>{text}</span>
          ))}
        </p>
      </div>
      <p class="finding">{finding(result)}</p>
      <Totals result={result} provisional={shown.provisional} />
      <AboutPlatform {...aboutShown(shown)} />
    </section>
  );
});

function Totals({ result, provisional }: { result: Result; provisional: boolean }) {
  return isMapped(result.platform) ? (
    <MappedTotals result={result} provisional={provisional} />
  ) : (
    <TimedTotals result={result} />
  );
}

function MappedTotals({ result, provisional }: { result: Result; provisional: boolean }) {
  const { totals, options } = result;
  const unit = unitOf(result);
  const energy = totalCost(result);
  const each = unit === "J" ? totals.per_inference.energy_j : totals.per_inference.energy_macs;
  const { computation: computing = 0, static: still = 0 } = partSums(totals.parts, "tensor");
  const batched = options.batch > 1;
  const [extent, per] = extentOf(result);
  // What has no estimate would only add to these.
  const least = result.coverage.not_modelled.length > 0 ? "≥ " : "";
  const energyFrom = provisional ? bound(result) : least;
  return (
    <div class="totals">
      <dl>
        <div>
          <dt>Energy{extent}</dt>
          <dd>
            <b>
              {energyFrom}
              {quantity(energy, unit)}
            </b>
            {batched && (
              <span>
                {quantity(each, unit)} {per}
              </span>
            )}
          </dd>
        </div>
        <Time result={result} provisional={provisional} />
        <Counts result={result} />
        <div>
          <dt>Computing</dt>
          <dd>
            <b>{share(shareOf(computing, energy))}</b>
            <span>
              {still > 0 && `static power ${share(shareOf(still, energy))}, `}rest moves data
            </span>
          </dd>
        </div>
        <Covered result={result} />
      </dl>
      {unit === "MACe" && <AboutMace result={result} />}
    </div>
  );
}

/** How long it takes, and the power that this comes to; nothing where no clock is known. */
function Time({ result, provisional }: { result: Result; provisional: boolean }) {
  const { totals, coverage, options } = result;
  const [extent, per] = extentOf(result);
  const each = totals.per_inference.time_s;
  if (totals.time_s == null) return null;
  const from = coverage.not_modelled.length > 0 ? "≥ " : provisional ? "≈ " : "";
  return (
    <div>
      <dt>Time{extent}</dt>
      <dd>
        <b>
          {from}
          {quantity(totals.time_s, "s")}
        </b>
        {options.batch > 1 && each != null && (
          <span>
            {quantity(each, "s")} {per}
          </span>
        )}
        {totals.power_w != null && from === "" && (
          <span>
            {quantity(totals.power_w, "W")}
            {!("static" in partSums(totals.parts, "tensor")) && " without static power"}
          </span>
        )}
      </dd>
    </div>
  );
}

/** What the mappings held say of the energy: of the least one more than it, else only how much about. */
function bound({ platform, coverage }: Result): string {
  const most = (platform.objective ?? "energy") === "energy" && coverage.not_modelled.length === 0;
  return most ? "≤ " : "≈ ";
}

function AboutMace({ result }: { result: Result }) {
  const { platform } = result;
  return (
    <details class="about">
      <summary>What is a MACe, and why not joules?</summary>
      <p>
        A MAC-equivalent (MACe) is the energy of one {platform.word_bits}-bit multiply-accumulate on{" "}
        {platform.name}. The sources for {platform.name} give what every memory access costs in this
        unit, but not the joules of one MAC, so joules are unknown here rather than guessed. Shares
        and comparisons don’t depend on it.
      </p>
    </details>
  );
}

export function shapeText(shape: readonly (number | null)[] | null): string {
  if (shape === null) return "of unknown shape";
  return shape.length === 0 ? "scalar" : shape.map((size) => size ?? "?").join("×");
}
