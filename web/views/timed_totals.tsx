import { extentOf } from "../lib/cost.ts";
import { ends, factor, quantity } from "../lib/format.ts";
import { totalOrigin } from "../lib/origins.ts";
import type { QuantityId, Result } from "../lib/result.ts";
import { Counts, Covered } from "./counts.tsx";

/** The totals of a timed platform: where each is from, and between what it lies. */
export function TimedTotals({ result }: { result: Result }) {
  const { interval, per_inference } = result.totals;
  const rule = interval?.rule;
  return (
    <>
      <div class="totals">
        <dl>
          <Total
            {...{ result }}
            id="energy_j"
            label="Energy"
            unit="J"
            each={per_inference.energy_j}
          />
          <Total {...{ result }} id="time_s" label="Time" unit="s" each={per_inference.time_s} />
          <Total {...{ result }} id="power_w" label="Power" unit="W" each={null} />
          <Counts result={result} />
          <Covered result={result} />
        </dl>
      </div>
      {rule !== undefined && <p class="hint rule">Intervals of the totals: {rule}.</p>}
      <Calibrated result={result} />
    </>
  );
}

function Total(props: {
  result: Result;
  id: QuantityId;
  label: string;
  unit: string;
  each: number | null | undefined;
}) {
  const { result, id, label, unit, each } = props;
  const { totals, options, coverage } = result;
  const value = totals[id] ?? null;
  const [extent, per] = id === "power_w" ? [] : extentOf(result);
  const found = totals.interval?.[id];
  // What has no estimate would only add to these.
  const least = coverage.not_modelled.length > 0 && id !== "power_w" ? "≥ " : "";
  return (
    <div>
      <dt>
        {label}
        {extent}
      </dt>
      <dd>
        {value === null ? (
          <b class="none">unknown</b>
        ) : (
          <>
            <b>
              {least}
              {quantity(value, unit)}
            </b>
            <span>{totalOrigin(result, id)}</span>
          </>
        )}
        {found !== undefined && (
          <span class="whole">
            {Math.round(100 * (totals.interval?.level ?? 0.8))}&nbsp;%: {ends(found, unit)}
          </span>
        )}
        {options.batch > 1 && each != null && (
          <span class="whole">
            {quantity(each, unit)} {per}
          </span>
        )}
      </dd>
    </div>
  );
}

/** By what a profile was scaled, and from how many networks that is. */
function Calibrated({ result }: { result: Result }) {
  const { calibration } = result.platform;
  if (calibration == null) return null;
  const { time, power, networks } = calibration;
  const scaled = [`times ${factor(time)}`, ...(power === null ? [] : [`powers ${factor(power)}`])];
  return (
    <p class="hint rule">
      Calibrated: {scaled.join(", ")}, from {networks} {networks === 1 ? "network" : "networks"}{" "}
      measured.
    </p>
  );
}
