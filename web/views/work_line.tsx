import type { Work } from "../lib/page_state.ts";
import { COUNTING, LAYERS, MAPPING } from "../lib/protocol.ts";

const STAGES: Readonly<Record<string, string>> = {
  [COUNTING]: "Counting zeros in the weights",
  [MAPPING]: "Finding the best mapping",
  [LAYERS]: "Working out the layers",
};

/** While a dial is turned: what is shown is true of a mapping, but another may cost less. */
const BEHIND = "Provisional: finding the best mappings";

interface Props {
  readonly work: Work | null;
  /** Whether what is shown is of the choices being computed, by mappings found for others. */
  readonly provisional: boolean;
  readonly onCancel: () => void;
}

/** What is being computed, how far it is, and the way out. Keeps its place when nothing runs. */
export function WorkLine({ work, provisional, onCancel }: Props) {
  return (
    // A region of the page only while there is something in it.
    <section
      class="work"
      data-on={work !== null}
      {...(work === null ? {} : { "aria-label": "Being computed" })}
    >
      {work !== null && (
        <>
          <progress
            aria-label={`Progress of ${work.title}`}
            max={1}
            {...(work.fraction === null ? {} : { value: work.fraction })}
          />
          <span class="work-text">
            {provisional && work.text === MAPPING
              ? BEHIND
              : `${work.title}: ${STAGES[work.text] ?? work.text}`}
          </span>
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
        </>
      )}
    </section>
  );
}
