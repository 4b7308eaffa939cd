import { useState } from "preact/hooks";
import { share } from "../../lib/format.ts";
import { layerKind, platformGroups } from "../../lib/platform_list.ts";
import { type ChosenPlatform, isSamePlatform, type PlatformEntry } from "../../lib/platforms.ts";
import { AboutPlatform } from "../about_platform.tsx";
import { useAsked } from "../use_asked.ts";
import type { PanelProps } from "./panel.ts";

const LOOK = "platforms.look";

/** Every platform with where it is from and how far off it is; how to bring one's own. */
export function Platforms({ bench, state, choices }: PanelProps) {
  const [search, setSearch] = useState("");
  const groups = platformGroups(state.platforms, state.own, search);
  const looked = state.view.fields[LOOK] ?? choices.platform.id;
  const own = state.own?.id === looked ? state.own : null;
  const isThere = own !== null || state.platforms.some(({ id }) => id === looked);
  const platform = own ?? (isThere ? { id: String(looked), file: null } : null);
  const { told, error, stale } = useAsked(platform?.file ?? platform?.id ?? null, (signal) =>
    bench.aboutPlatform(platform as ChosenPlatform, signal),
  );
  return (
    <div class="gallery">
      <section class="panel" aria-labelledby="gallery-title">
        <div class="panel-head">
          <h3 id="gallery-title">Platforms</h3>
          <input
            type="search"
            aria-label="Find platforms"
            placeholder="Find"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
        <p class="hint">
          Choose one to see where its numbers are from and how far off it is; use it to price the
          model on it.
        </p>
        <div class="gallery-list">
          {groups.map(({ label, about, options }) => (
            <table key={label}>
              <caption>
                {label} <span class="hint">{about}</span>
              </caption>
              <tbody>
                {options.map(({ platform: one, name, says }) => (
                  <Row
                    key={one.id}
                    name={name}
                    says={errorsOf(state.platforms, one) ?? says}
                    looked={one.id === looked}
                    used={isSamePlatform(one, choices.platform)}
                    onLook={() => bench.note(LOOK, one.id)}
                    onUse={() => bench.choosePlatform(one)}
                  />
                ))}
              </tbody>
            </table>
          ))}
          {groups.length === 0 && <p>None has these words.</p>}
        </div>
      </section>
      <div>
        <section class="panel" aria-live="polite" aria-busy={stale}>
          {error !== null && (
            <p>
              {error.message} {error.remedy}
            </p>
          )}
          {platform === null && <p class="hint">Nothing chosen yet.</p>}
          {platform !== null && told === null && error === null && (
            <p class="hint">Reading its file …</p>
          )}
          {platform !== null && told !== null && (
            <AboutPlatform
              key={told.platform.id}
              {...told}
              notes={[]}
              sizes={{}}
              unit={told.platform.mac_energy_j == null ? "MACe" : "J"}
              open
            />
          )}
        </section>
        <Contribute />
      </div>
    </div>
  );
}

/** Of a measured device, how far off its times are: "times off by: convolution ±8.0 %, pooling ±3.1 %". */
function errorsOf(all: readonly PlatformEntry[], { id, file }: ChosenPlatform): string | null {
  const errors = file === null ? all.find((one) => one.id === id)?.rmspe : undefined;
  if (errors === undefined || Object.keys(errors).length === 0) return null;
  const said = Object.entries(errors).map(([kind, error]) => `${layerKind(kind)} ±${share(error)}`);
  return `times off by: ${said.join(", ")}`;
}

interface RowProps {
  readonly name: string;
  readonly says: string;
  readonly looked: boolean;
  readonly used: boolean;
  readonly onLook: () => void;
  readonly onUse: () => void;
}

function Row({ name, says, looked, used, onLook, onUse }: RowProps) {
  return (
    <tr class={looked ? "chosen" : ""}>
      <th scope="row">
        <button type="button" class="quiet" aria-pressed={looked} onClick={onLook}>
          {name}
        </button>
      </th>
      <td class="reason">{says}</td>
      <td>
        {used ? (
          <span class="hint">in use</span>
        ) : (
          <button type="button" aria-label={`Use ${name}`} onClick={onUse}>
            Use
          </button>
        )}
      </td>
    </tr>
  );
}

function Contribute() {
  return (
    <section class="panel" aria-labelledby="contribute-title">
      <h3 id="contribute-title">Bring your own</h3>
      <p>
        Drop the file of an accelerator (joulegraph/accelerator/2), a device with a datasheet
        (joulegraph/device/1) or a measured profile (joulegraph/profile/1) on this page. It stays in
        this tab.
      </p>
      <p>
        To measure the machine you have, and to share what it is like, in a copy of the project:
      </p>
      <pre>
        <code>python -m py.measure</code>
      </pre>
      <p class="hint">
        It measures single layers, fits them, checks the fit on whole networks that it has not seen,
        and ends with a profile and the three lines that contribute it. CONTRIBUTING.md, in the
        project's top folder beside README.md, says what is asked of a profile.
      </p>
    </section>
  );
}
