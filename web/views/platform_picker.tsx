import { useRef } from "preact/hooks";
import type { ChosenPlatform, PlatformEntry } from "../lib/platforms.ts";
import { ownName } from "../lib/platforms.ts";
import { PlatformSearch } from "./platform_search.tsx";

interface Props {
  readonly platforms: readonly PlatformEntry[];
  readonly chosen: ChosenPlatform;
  /** A platform of the user's own that there is to choose, in use or not. */
  readonly own: ChosenPlatform | null;
  readonly onPlatform: (platform: ChosenPlatform) => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onRemove: () => void;
}

/** The platform that the model is priced on: one that ships, or a file of one's own. */
export function PlatformPicker(props: Props) {
  const { platforms, chosen, onPlatform, onFiles, onRemove } = props;
  const input = useRef<HTMLInputElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const own = chosen.file === null ? props.own : chosen;
  return (
    <div class="group platform-choice">
      <PlatformSearch {...{ platforms, chosen, own, onPlatform, field }} />
      {own !== null && (
        <button
          type="button"
          class="quiet"
          aria-label={`Remove ${ownName(own)}`}
          onClick={() => {
            field.current?.focus(); // this button goes away
            onRemove();
          }}
        >
          Remove
        </button>
      )}
      <button
        type="button"
        class="quiet"
        title="An accelerator, a device or a measured profile described in a JSON file (joulegraph/accelerator/2, joulegraph/device/1, joulegraph/profile/1). It can be dropped on the page, too."
        onClick={() => input.current?.click()}
      >
        Your own…
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label="Platform file"
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files !== null && files.length > 0) onFiles([...files]);
          event.currentTarget.value = ""; // so that the same file can be chosen again
        }}
      />
    </div>
  );
}
