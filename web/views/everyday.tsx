import { Fragment } from "preact";
import { useEffect, useState } from "preact/hooks";
import {
  byName,
  everydayLines,
  FIELDS,
  REGION_FIELD,
  REGIONS_PATH,
  type Regions,
  usageOf,
} from "../lib/everyday.ts";
import type { PageView } from "../lib/page_view.ts";
import type { Result } from "../lib/result.ts";
import type { Workbench } from "../lib/workbench.ts";

interface Props {
  readonly bench: Workbench;
  readonly result: Result;
  readonly view: PageView;
}

/** One inference in everyday units, for a use that the reader states. */
export function Everyday({ bench, result, view }: Props) {
  const [regions, setRegions] = useState<Regions | null>(null);
  useEffect(() => {
    bench.siteJson(REGIONS_PATH).then(
      (table) => setRegions(byName(table as Regions)),
      () => undefined, // there is no CO2e then
    );
  }, [bench]);
  const all = regions?.regions ?? [];
  const lines = everydayLines(result, usageOf(view, all));
  const region = all.find(({ id }) => id === view.fields[REGION_FIELD]);
  if (lines.length === 0) {
    return <p>This platform gives no joules, so there is nothing to say in everyday units.</p>;
  }
  return (
    <>
      <div class="everyday-fields">
        {FIELDS.map(({ id, label, unit }) => (
          <label key={id} class="field">
            <span>{label}</span>
            <input
              type="number"
              min="0"
              step="any"
              value={view.fields[id] ?? ""}
              onInput={({ currentTarget }) => {
                const value = currentTarget.valueAsNumber;
                bench.note(id, Number.isFinite(value) ? value : null);
              }}
            />
            {unit}
          </label>
        ))}
        <label class="field">
          <span>Electricity of</span>
          <select
            value={String(view.fields[REGION_FIELD] ?? "")}
            onChange={({ currentTarget }) => bench.note(REGION_FIELD, currentTarget.value || null)}
          >
            <option value="">no region</option>
            {all.map(({ id, name, g_per_kwh, year }) => (
              <option key={id} value={id}>
                {`${name}: ${g_per_kwh.toFixed(0)} g/kWh, ${year}`}
              </option>
            ))}
          </select>
        </label>
      </div>
      <dl class="everyday" aria-live="polite">
        {lines.map(({ id, label, text, unit, between }) => (
          <div key={id}>
            <dt>{label}</dt>
            <dd>
              <b>{text}</b> {unit && <span class="hint">{unit}</span>}{" "}
              {between && <span class="hint">{between}</span>}
            </dd>
          </div>
        ))}
      </dl>
      <p class="hint">
        Of the model alone, on this platform; a host, cooling and making the device are not in it.
        {region !== undefined && regions !== null && (
          <>
            {` CO₂e: ${region.name} ${region.year}, a yearly average of what is generated there, whoever buys it (location-based): `}
            {Object.values(regions.sources).map(({ title, url }) => (
              <Fragment key={url}>
                <a href={url} target="_blank" rel="noopener noreferrer">
                  {title.split(/[,:]/, 2).join()}
                </a>
                {"; "}
              </Fragment>
            ))}
            {regions.licence}.
          </>
        )}
      </p>
    </>
  );
}
