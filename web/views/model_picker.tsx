import { useRef } from "preact/hooks";
import type { Sample } from "../lib/samples.ts";

interface Props {
  readonly samples: readonly Sample[];
  /** Id of the sample that is shown, "" for anything else. */
  readonly chosen: string;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onSample: (sample: Sample) => void;
}

/** How a model comes in: a file of one's own, or a sample. Dropping works anywhere on the page. */
export function ModelPicker({ samples, chosen, onFiles, onSample }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class="group">
      <button
        type="button"
        class="primary"
        aria-keyshortcuts="o"
        onClick={() => input.current?.click()}
      >
        Open model…
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Model files"
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files !== null && files.length > 0) onFiles([...files]);
          event.currentTarget.value = ""; // so that the same file can be chosen again
        }}
      />
      <label class="field">
        <span>Sample</span>
        <select
          value={chosen}
          onChange={(event) => {
            const sample = samples.find(({ id }) => id === event.currentTarget.value);
            if (sample !== undefined) onSample(sample);
          }}
        >
          {chosen === "" && <option value="">choose…</option>}
          {samples.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
