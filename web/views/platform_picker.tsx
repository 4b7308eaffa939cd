import { useRef } from "preact/hooks";
import type { ChosenPlatform, PlatformEntry } from "../lib/platforms.ts";
import { ownName } from "../lib/platforms.ts";

interface Props {
  readonly platforms: readonly PlatformEntry[];
  readonly chosen: ChosenPlatform;
  /** An accelerator of the user's own that there is to choose, in use or not. */
  readonly own: ChosenPlatform | null;
  readonly onPlatform: (platform: ChosenPlatform) => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onRemove: () => void;
}

/** The value of the user's own; no shipped one is called so. */
const OWN = "own file";

/** The accelerator that the model is priced on: one that ships, or a file of one's own. */
export function PlatformPicker(props: Props) {
  const { platforms, chosen, onPlatform, onFiles, onRemove } = props;
  const input = useRef<HTMLInputElement>(null);
  const select = useRef<HTMLSelectElement>(null);
  const own = chosen.file === null ? props.own : chosen;
  const entry = platforms.find(({ id }) => id === chosen.id);
  const isListed = chosen.file !== null || entry !== undefined;
  return (
    <div class="group platform-choice">
      <label class="field" title={chosen.file === null ? entry?.about : undefined}>
        <span>Accelerator</span>
        <select
          ref={select}
          value={chosen.file === null ? chosen.id : OWN}
          onChange={(event) => {
            const id = event.currentTarget.value;
            if (id !== OWN) onPlatform({ id, file: null });
            else if (own !== null) onPlatform(own);
          }}
        >
          {!isListed && <option value={chosen.id}>{chosen.id}</option>}
          {own !== null && <option value={OWN}>{ownName(own)} (your file)</option>}
          {platforms.map(({ id, name, about }) => (
            <option key={id} value={id} title={about}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {own !== null && (
        <button
          type="button"
          class="quiet"
          aria-label={`Remove ${ownName(own)}`}
          onClick={() => {
            select.current?.focus(); // this button goes away
            onRemove();
          }}
        >
          Remove
        </button>
      )}
      <button
        type="button"
        class="quiet"
        title="An accelerator described in a JSON file (joulegraph/accelerator/2). It can be dropped on the page, too."
        onClick={() => input.current?.click()}
      >
        Your own…
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label="Accelerator file"
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files !== null && files.length > 0) onFiles([...files]);
          event.currentTarget.value = ""; // so that the same file can be chosen again
        }}
      />
    </div>
  );
}
