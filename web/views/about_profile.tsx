import { useState } from "preact/hooks";
import { quantity, share } from "../lib/format.ts";
import {
  kindFits,
  kindName,
  networkChecks,
  profileFacts,
  profileLine,
} from "../lib/profile_facts.ts";
import type { PlatformSummary as Platform } from "../lib/result.ts";
import type { About } from "./about_platform.tsx";
import { FitPlotView } from "./fit_plot.tsx";
import { Scroll } from "./scroll.tsx";

/** A measured device in a line; opened, what was measured, how, and how well the fit does. */
export function AboutProfile(about: About) {
  const [open, setOpen] = useState(about.open);
  const { platform } = about;
  return (
    <details
      class="about platform"
      open={about.open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <b>{platform.name}</b> <span class="hint">{profileLine(platform)}</span>
      </summary>
      {open && <Profile {...about} />}
    </details>
  );
}

function Profile({ platform, facts, notes }: About) {
  const remarks = notes.filter(({ code }) => code === "platform-remark");
  return (
    <>
      {facts.about !== null && <p>{facts.about}</p>}
      <div class="columns">
        <div>
          <dl class="sources">
            {profileFacts(platform, facts).map(({ label, text }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
          {remarks.length > 0 && (
            <ul class="remarks">
              {remarks.map(({ text }) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          )}
        </div>
        <div>
          <Errors shown={platform} />
          <Networks shown={platform} />
        </div>
      </div>
      <Plots shown={platform} />
    </>
  );
}

function Errors({ shown }: { shown: Platform }) {
  const fits = kindFits(shown);
  if (fits.length === 0) return null;
  return (
    <>
      <h3>Cross-validated errors</h3>
      <Scroll label={`Errors of ${shown.name}`}>
        <table>
          <caption class="unseen">
            How far off predictions were of rows that the fit had not seen
          </caption>
          <thead>
            <tr>
              <th scope="col">Layers</th>
              <th scope="col">Quantity</th>
              <th scope="col" class="number">
                Rows
              </th>
              <th scope="col" class="number" title="Root of the mean squared relative error">
                RMSPE
              </th>
              <th scope="col" class="number" title="Mean absolute relative error">
                MAPE
              </th>
              <th scope="col" class="number">
                Median
              </th>
              <th scope="col" class="number">
                Bias
              </th>
              <th scope="col" class="number" title="Rows that the 80 % intervals held">
                In the 80 % interval
              </th>
            </tr>
          </thead>
          <tbody>
            {fits.map(({ id, kind, quantity: of, errors, coverage }) => (
              <tr key={id}>
                <th scope="row">{kind}</th>
                <td>{of}</td>
                <td class="number">{errors.rows}</td>
                <td class="number strong">{share(errors.rmspe)}</td>
                <td class="number">{share(errors.mape)}</td>
                <td class="number">{share(errors.median)}</td>
                <td class="number">{signed(errors.bias)}</td>
                <td class="number">{coverage === null ? "–" : share(coverage)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function Networks({ shown }: { shown: Platform }) {
  const checks = networkChecks(shown);
  if (checks.length === 0) return null;
  return (
    <>
      <h3>Whole networks, none of them fitted to</h3>
      <Scroll label={`Networks measured on ${shown.name}`}>
        <table>
          <caption class="unseen">Whole networks measured, and what this profile predicts</caption>
          <thead>
            <tr>
              <th scope="col">Network</th>
              <th scope="col" class="number">
                Batch
              </th>
              <th scope="col" class="number">
                Measured
              </th>
              <th scope="col" class="number">
                Predicted
              </th>
              <th scope="col" class="number">
                Error
              </th>
            </tr>
          </thead>
          <tbody>
            {checks.map(({ network, batch, measured_s, predicted_s }, place) => (
              <tr key={place}>
                <th scope="row">{network}</th>
                <td class="number">{batch ?? "–"}</td>
                <td class="number">{quantity(measured_s, "s")}</td>
                <td class="number">{quantity(predicted_s, "s")}</td>
                <td class="number strong">{signed(predicted_s / measured_s - 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function Plots({ shown }: { shown: Platform }) {
  const kinds = shown.kinds ?? [];
  return (
    <>
      <h3>Predicted (upwards) against measured (to the right)</h3>
      <p class="hint">
        Each row was predicted by a fit that had not seen it; up to 120 are drawn. On the line both
        are the same; 80 % of the rows lie in the band.
      </p>
      <div class="fits">
        {kinds.flatMap((kind) => [
          <FitPlotView
            key={`${kind.kind} ${kind.dtype} time`}
            kind={kindName(kind)}
            quantity="time"
            fit={kind.time_s}
            platform={shown}
          />,
          <FitPlotView
            key={`${kind.kind} ${kind.dtype} power`}
            kind={kindName(kind)}
            quantity="power"
            fit={kind.power_w}
            platform={shown}
          />,
        ])}
      </div>
    </>
  );
}

/** "+3.1 %", "−0.2 %". */
function signed(value: number): string {
  const size = Math.abs(value);
  if (size < 0.0005) return share(0);
  return `${value < 0 ? "−" : "+"}${share(size)}`;
}
