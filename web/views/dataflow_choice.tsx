import type { Result } from "../lib/result.ts";

/** The dataflow, where the accelerator has several. */
export function DataflowChoice(props: {
  result: Result;
  chosen: string | null;
  onDataflow: (dataflow: string) => void;
}) {
  const { dataflow, dataflows = [] } = props.result.platform;
  if (dataflows.length < 2) return null;
  return (
    <label class="field" title="The mappings to choose from: those of a dataflow, or any">
      <span>Dataflow</span>
      <select
        value={props.chosen ?? dataflow}
        onChange={(event) => props.onDataflow(event.currentTarget.value)}
      >
        {dataflows.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
