import { inFull } from "../lib/format.ts";
import { MAPPING_TERMS } from "../lib/reasons.ts";
import type { Mapping } from "../lib/result.ts";

/** How the layer runs on the array: the mapping of least energy among those that fit. */
export function MappingFound({ mapping }: { mapping: Mapping }) {
  const of = mapping.pes === undefined ? "" : ` of ${mapping.pes}`;
  return (
    <section>
      <h4>
        Mapping <span class="unit">{mapping.dataflow.replaceAll("_", "-")}</span>
      </h4>
      <p>
        {mapping.active_pes}
        {of} PEs at work in a full pass. No mapping costs less: {inFull(mapping.evaluated)} priced,
        the others ruled out by bounds.
      </p>
      <dl class="pairs parameters">
        {Object.entries(mapping.parameters).map(([name, value]) => (
          <div key={name}>
            <dt>
              <var>{name}</var> <span class="hint">{MAPPING_TERMS[name] ?? ""}</span>
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
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
