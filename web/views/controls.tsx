import type { Choices, Opened } from "../lib/opened.ts";
import { isMapped, type Result } from "../lib/result.ts";
import type { Shown } from "../lib/shown.ts";
import { Dials } from "./dials.tsx";
import { useWide } from "./use_wide.ts";

interface Props {
  readonly opened: Opened;
  readonly choices: Choices;
  readonly shown: Shown;
  readonly onChoose: (change: Partial<Choices>) => void;
  readonly onSlide: (change: Partial<Choices>) => void;
  /** Somebody is about to turn a dial. */
  readonly onReach: () => void;
}

/** What changes a breakdown: batch, bit widths, zero fractions, sizes of memories. */
export function Controls({ opened, choices, shown, onChoose, onSlide, onReach }: Props) {
  const { result } = shown;
  const wide = useWide();
  const mapped = isMapped(result.platform);
  return (
    <details class="fold" open={wide}>
      <summary>{mapped ? "Batch, bits, zeros, memory" : "Batch, bits"}</summary>
      <fieldset
        class="dials"
        aria-label="Options"
        onPointerEnter={onReach}
        onPointerDown={onReach}
        onFocusCapture={onReach}
      >
        <Dials {...{ opened, choices, shown, onSlide }} />
        <div class="switches">
          {/* A timed platform computes on zeros as on other numbers. */}
          {mapped && (
            <ZerosSwitch
              opened={opened}
              result={result}
              on={choices.zeros}
              set={choices.setZeros !== null}
              onSwitch={(zeros) => onChoose({ zeros, setZeros: null })}
            />
          )}
          {mapped && hasWeights(opened, result) && (
            <WeightsSwitch
              result={result}
              on={choices.weights && choices.setZeros?.weight == null}
              onSwitch={(weights) => onChoose({ weights, setZeros: null })}
            />
          )}
        </div>
      </fieldset>
    </details>
  );
}

function ZerosSwitch(props: {
  opened: Opened;
  result: Result;
  on: boolean;
  /** Whether zero fractions are set by a dial. */
  set: boolean;
  onSwitch: (on: boolean) => void;
}) {
  const { opened, result, on, set, onSwitch } = props;
  // What is known of an ONNX file then, the switch beside this says; of what is set, the dials.
  if (opened.densitySource === null && (hasWeights(opened, result) || set)) return null;
  if (opened.densitySource === null && hasZeros(result)) {
    return <span class="hint">Zero fractions from the table of layers</span>;
  }
  if (opened.densitySource === null) {
    return (
      <span
        class="hint"
        title="Every value is counted as non-zero. Turn a dial, or drop a file of zero fractions (joulegraph/density/1) on the page."
      >
        No zero fractions known
      </span>
    );
  }
  return (
    <label class="check" title={opened.densitySource}>
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => onSwitch(event.currentTarget.checked)}
      />
      <span>
        Zero fractions <span class="hint">{opened.densitySource}</span>
      </span>
    </label>
  );
}

function WeightsSwitch(props: { result: Result; on: boolean; onSwitch: (on: boolean) => void }) {
  const { result, on, onSwitch } = props;
  const missing = on && result.notes.find(({ code }) => code === "weights-unknown")?.text;
  return (
    <label
      class="check"
      title="Reads every weight once, in this tab; files that hold weights are given together with the model. Without, every value is counted as non-zero, unless a file of zero fractions (joulegraph/density/1) is dropped on the page."
    >
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => onSwitch(event.currentTarget.checked)}
      />
      <span>
        Count zeros in the weights{" "}
        {missing && (
          <span class="hint" title={missing}>
            not all are known
          </span>
        )}
      </span>
    </label>
  );
}

/** Whether there is a file of one's own whose weights can be read. */
function hasWeights({ source }: Opened, { model }: Result): boolean {
  return source.kind === "file" && model.source === "onnx";
}

function hasZeros({ layers }: Result): boolean {
  return layers.some(({ zeros }) => Object.values(zeros).some((share) => share !== null));
}
