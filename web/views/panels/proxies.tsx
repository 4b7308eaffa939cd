import { useCallback, useMemo } from "preact/hooks";
import { unitOf } from "../../lib/cost.ts";
import { local, quantity } from "../../lib/format.ts";
import { aboutResult } from "../../lib/picture_file.ts";
import {
  type Column,
  type Place,
  proxyColumns,
  proxyFinding,
  proxyText,
} from "../../lib/proxies.ts";
import type { Result } from "../../lib/result.ts";
import { memo } from "../memo.ts";
import { SavePicture } from "../pictures/save_picture.tsx";
import { Scroll } from "../scroll.tsx";
import type { PanelProps } from "./panel.ts";

const SIZE = 200;
const EDGE = 14;

/** Parameters, MACs, bytes and time beside the energy that they stand for. */
export function Proxies({ bench, state, shown }: PanelProps) {
  const { result } = shown;
  const columns = useMemo(() => proxyColumns(result), [result]);
  const chosen = state.view.breakdown.layer?.index ?? null;
  const choose = useCallback(
    (index: number) => {
      const name = result.layers[index]?.name ?? "";
      bench.look({ breakdown: { ...bench.now.view.breakdown, layer: { index, name } } });
    },
    [bench, result],
  );
  return (
    <section class="panel proxies" aria-labelledby="proxies-title">
      <h3 id="proxies-title">Which proxy misleads</h3>
      <p>{proxyFinding(columns)}</p>
      <Scroll label="Proxies against energy">
        <table>
          <caption class="unseen">
            Proxies, how alike they and energy rank the layers, and the layer each gets most wrong
          </caption>
          <thead>
            <tr>
              <th scope="col">Proxy</th>
              <th scope="col" class="number" title="Spearman’s rank correlation with energy">
                ρ
              </th>
              <th scope="col" class="number" title="Kendall’s rank correlation with energy (τ-b)">
                τ
              </th>
              <th scope="col">Names first</th>
              <th scope="col">Gets most wrong</th>
              <th scope="col" class="number" title="1 for the most; equals share a mean place">
                its place
              </th>
              <th scope="col" class="number">
                by energy
              </th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <ProxyRow key={column.id} column={column} onChoose={choose} />
            ))}
          </tbody>
        </table>
      </Scroll>
      <div class="proxy-plots">
        {columns.map((column) => (
          <Scatter key={column.id} {...{ column, result, chosen }} onChoose={choose} />
        ))}
      </div>
      <p class="hint">
        Each dot is a layer, both axes are logarithmic. 1 means that the proxy ranks the layers as
        energy does, 0 that it says nothing, −1 that it ranks them the other way round.
        {result.proxies !== undefined &&
          ` MACs and weights: ${result.proxies.costs.per_mac} a MAC, ${result.proxies.costs.per_weight} a weight in ${result.proxies.costs.unit} (${result.proxies.costs.source}).`}
      </p>
    </section>
  );
}

function ProxyRow({ column, onChoose }: { column: Column; onChoose: (index: number) => void }) {
  const { label, title, agreement, first, misplaced } = column;
  const wrong = misplaced !== null && misplaced.place !== misplaced.energyPlace ? misplaced : null;
  return (
    <tr>
      <th scope="row" title={title}>
        {label}
      </th>
      <td class="number strong">{rankText(agreement?.spearman)}</td>
      <td class="number">{rankText(agreement?.kendall)}</td>
      <td>{first === null ? "–" : <LayerName place={first} onChoose={onChoose} />}</td>
      <td>{wrong === null ? "none" : <LayerName place={wrong} onChoose={onChoose} />}</td>
      <td class="number">{wrong?.place ?? "–"}</td>
      <td class="number">{wrong?.energyPlace ?? "–"}</td>
    </tr>
  );
}

function LayerName({ place, onChoose }: { place: Place; onChoose: (index: number) => void }) {
  return (
    <button type="button" class="quiet" onClick={() => onChoose(place.index)}>
      {place.layer.name}
    </button>
  );
}

interface ScatterProps {
  readonly column: Column;
  readonly result: Result;
  readonly chosen: number | null;
  readonly onChoose: (index: number) => void;
}

/** Thousands of dots, not to be drawn again while something else goes on. */
const Scatter = memo((props: ScatterProps) => {
  const { column, result, chosen, onChoose } = props;
  const unit = unitOf(result);
  const places = column.places.filter(({ value }) => value > 0);
  const left = column.places.length - places.length;
  const x = logScale(places.map(({ value }) => value));
  const y = logScale(places.map(({ energy }) => energy));
  const rho = rankText(column.agreement?.spearman);
  return (
    <figure>
      <figcaption>
        {column.label} <span class="hint">ρ {rho}</span>
      </figcaption>
      <svg viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-labelledby={`plot-${column.id}`}>
        <title id={`plot-${column.id}`}>
          {`${column.label} of ${places.length} layers against their energy; rank correlation ${rho}`}
        </title>
        <path class="axis" d={`M${EDGE} ${EDGE}V${SIZE - EDGE}H${SIZE - EDGE}`} />
        <text class="label-end" x={SIZE - EDGE} y={SIZE - 2}>
          {`more ${column.label === "MACs" ? "MACs" : column.label.toLowerCase()} →`}
        </text>
        <text class="label-start" x={2} y={EDGE - 4}>
          ↑ more energy
        </text>
        {places.map((place) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the tables' buttons do it by keyboard
          <circle
            key={place.index}
            class={place.index === chosen ? "dot-layer chosen" : "dot-layer"}
            cx={EDGE + (SIZE - 2 * EDGE) * x(place.value)}
            cy={SIZE - EDGE - (SIZE - 2 * EDGE) * y(place.energy)}
            r={place.index === chosen ? 6 : 3.5}
            onClick={() => onChoose(place.index)}
          >
            <title>{`${place.layer.name}: ${proxyText(column, place.value)}, ${quantity(place.energy, unit)}`}</title>
          </circle>
        ))}
        {places
          .filter((place) => place === column.first || place === column.misplaced)
          .map((place) => (
            <text
              key={place.index}
              class={x(place.value) > 0.5 ? "label-end" : "label-start"}
              x={EDGE + (SIZE - 2 * EDGE) * x(place.value) + (x(place.value) > 0.5 ? -7 : 7)}
              y={SIZE - EDGE - (SIZE - 2 * EDGE) * y(place.energy) + 4}
            >
              {place.layer.name.slice(-18)}
            </text>
          ))}
      </svg>
      {left > 0 && <p class="hint">{left} have none</p>}
      <SavePicture name={column.id} about={() => aboutResult(result)} label="Save" />
    </figure>
  );
});

/** From the least of positive values to the most, as 0 to 1. */
function logScale(values: readonly number[]): (value: number) => number {
  const logs = values.map(Math.log);
  const least = Math.min(...logs);
  const span = Math.max(...logs) - least;
  return (value) => (span > 0 ? (Math.log(value) - least) / span : 0.5);
}

const rankText = (rank: number | undefined): string =>
  rank === undefined ? "unknown" : local(rank.toFixed(2));
