import { useRef, useState } from "preact/hooks";
import { platformName } from "../../lib/runs.ts";
import type { PanelProps } from "../panels/panel.ts";

/** The quick way to more runs: the same model on other platforms, samples on the same one. */
export function Adding({ bench, state, shown }: PanelProps) {
  const [busy, setBusy] = useState<AbortController | null>(null);
  const [said, say] = useState("");
  const form = useRef<HTMLDivElement>(null);
  const add = async () => {
    const work = new AbortController();
    setBusy(work);
    const chosen = [...(form.current?.querySelectorAll("option:checked") ?? [])];
    for (const { value, text } of chosen as HTMLOptionElement[]) {
      say(`Pricing ${text} …`);
      const wanted = state.samples.find(({ id }) => `sample ${id}` === value);
      const added = await bench.addRun(wanted ?? { id: value, file: null }, work.signal);
      if (!added) break;
    }
    setBusy(null);
    say("");
  };
  return (
    <details class="about">
      <summary>Add platforms or samples, several at once</summary>
      <div class="adding" ref={form}>
        <label>
          {shown.result.model.name} on
          <select multiple size={7}>
            {state.platforms.map((one) => (
              <option key={one.id} value={one.id}>
                {platformName(one)}
              </option>
            ))}
          </select>
        </label>
        <label>
          On {shown.result.platform.name}
          <select multiple size={7}>
            {state.samples.map(({ id, name }) => (
              <option key={id} value={`sample ${id}`}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {busy === null ? (
          <button type="button" onClick={() => void add()}>
            Add
          </button>
        ) : (
          <button type="button" onClick={() => busy.abort()}>
            Cancel
          </button>
        )}
        <span class="hint" role="status">
          {said || "Ctrl or ⌘ chooses more than one."}
        </span>
      </div>
    </details>
  );
}
