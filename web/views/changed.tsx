import type { Change } from "../lib/changes.ts";
import type { Choices } from "../lib/opened.ts";

interface Props {
  readonly changes: readonly Change[];
  /** What they come to, where that is known. */
  readonly comesTo: string;
  /** What a step back leads to; null where there is none. */
  readonly back: string | null;
  readonly onTakeBack: (without: Partial<Choices>) => void;
  readonly onUndo: () => void;
  readonly onReset: () => void;
}

/** What was changed of the model and the platform as they are, each with a way back. */
export function Changed({ changes, comesTo, back, onTakeBack, onUndo, onReset }: Props) {
  if (changes.length === 0 && back === null) return null;
  return (
    <section class="changed" aria-label="What was changed">
      <span class="hint">{changes.length === 0 ? `Before: ${back}` : "Changed"}</span>
      <ul>
        {changes.map(({ key, text, without }) => (
          <li key={key}>
            <span>{text}</span>
            <button
              type="button"
              class="quiet"
              aria-label={`Take back: ${text}`}
              title="Take back"
              onClick={() => onTakeBack(without)}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      {changes.length > 0 && comesTo}
      <button
        type="button"
        class="quiet"
        disabled={back === null}
        aria-keyshortcuts="u"
        title={back === null ? "" : `Back to: ${back}`}
        onClick={onUndo}
      >
        Undo
      </button>
      {changes.length > 0 && (
        <button type="button" class="quiet" title="Everything as it was at first" onClick={onReset}>
          Reset
        </button>
      )}
    </section>
  );
}
