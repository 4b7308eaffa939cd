import type { Objective } from "../lib/protocol.ts";
import type { Result } from "../lib/result.ts";

const NAMES: readonly (readonly [Objective, string])[] = [
  ["energy", "Least energy"],
  ["delay", "Least delay"],
  ["energy_delay", "Least energy × delay"],
];

/** Of what each layer's mapping has the least, where layers are mapped. */
export function ObjectiveChoice(props: {
  result: Result;
  chosen: Objective | null;
  onObjective: (objective: Objective) => void;
}) {
  const { objective } = props.result.platform;
  if (objective === undefined) return null;
  return (
    <label class="field" title="Of what the mapping of each layer has the least">
      <span>Mapped for</span>
      <select
        value={props.chosen ?? objective}
        onChange={(event) => props.onObjective(event.currentTarget.value as Objective)}
      >
        {NAMES.map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
