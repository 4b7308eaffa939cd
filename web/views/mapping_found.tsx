import { inFull, quantity, share } from "../lib/format.ts";
import { boundText, proofText, tileRows } from "../lib/reasons.ts";
import type { Layer, Mapping, Result } from "../lib/result.ts";
import { Scroll } from "./scroll.tsx";

interface Props {
  readonly result: Result;
  readonly layer: Layer;
  readonly mapping: Mapping;
}

/** How the layer runs on the array: the mapping of least energy among those of the dataflow. */
export function MappingFound({ result, layer, mapping }: Props) {
  const { platform } = result;
  const dataflow = platform.dataflows?.find(({ id }) => id === mapping.dataflow)?.name;
  const bound = boundText(mapping, platform);
  return (
    <section>
      <h4>
        Mapping <span class="unit">{dataflow ?? mapping.dataflow.replaceAll("_", "-")}</span>
      </h4>
      <p>
        {mapping.active_pes} of {mapping.pes} PEs at work, {share(mapping.utilisation)} of all PE
        cycles used.
        {mapping.delay !== null && ` ${inFull(Math.ceil(mapping.delay.cycles))} cycles: ${bound}.`}
        {layer.time_s != null && ` ${quantity(layer.time_s, "s")}.`}
        {` ${proofText(mapping)}`}
      </p>
      <Tiles result={result} mapping={mapping} />
      <ol class="nest" aria-label="Loop nest, outermost first">
        {mapping.nest.map((line, depth) => (
          <li key={depth} style={{ paddingInlineStart: `${depth * 0.9}em` }}>
            {line}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The tiles by loop: one column for each level, one for the PEs side by side. */
function Tiles({ result, mapping }: { result: Result; mapping: Mapping }) {
  const names = Object.keys(mapping.tiles).map(
    (level) => result.platform.levels.find(({ id }) => id === level)?.name ?? level,
  );
  return (
    <Scroll label="Tiles">
      <table class="matrix tiles">
        <caption class="unseen">Tile of each loop at each level</caption>
        <thead>
          <tr>
            <th scope="col">Tile of</th>
            {names.map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
            <th scope="col" class="number">
              PEs
            </th>
          </tr>
        </thead>
        <tbody>
          {tileRows(mapping).map(({ loop, about, tiles, spatial }) => (
            <tr key={loop}>
              <th scope="row">
                <var>{loop}</var> <span class="hint">{about}</span>
              </th>
              {tiles.map((size, place) => (
                <td key={place} class="number">
                  {inFull(size)}
                </td>
              ))}
              <td class="number">{spatial || "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
