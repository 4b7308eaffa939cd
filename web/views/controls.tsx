import type { Bits, Choices, Opened } from "../lib/opened.ts";
import type { Result } from "../lib/result.ts";

interface Props {
  readonly opened: Opened;
  readonly choices: Choices;
  readonly result: Result;
  readonly onChoose: (change: Partial<Choices>) => void;
}

/** What changes a breakdown: batch, bit widths, zero fractions. */
export function Controls({ opened, choices, result, onChoose }: Props) {
  const own = ownBits(result);
  const setBits = (change: Partial<Bits>) =>
    onChoose({ bits: { ...(choices.bits ?? own), ...change } });
  return (
    <fieldset class="group" aria-label="Options">
      <WholeNumber
        label="Batch"
        title="Images computed together: weights are fetched once for all of them"
        value={choices.batch ?? result.options.batch}
        largest={1 << 20}
        onValue={(batch) => onChoose({ batch })}
      />
      <WholeNumber
        label="Weight bits"
        value={choices.bits?.weight ?? own.weight}
        largest={64}
        onValue={(weight) => setBits({ weight })}
      />
      <WholeNumber
        label="Activation bits"
        value={choices.bits?.activation ?? own.activation}
        largest={64}
        onValue={(activation) => setBits({ activation })}
      />
      <DataflowChoice
        result={result}
        chosen={choices.dataflow}
        onDataflow={(dataflow) => onChoose({ dataflow })}
      />
      {choices.bits !== null && opened.source.kind !== "state" && (
        <button
          type="button"
          class="quiet"
          onClick={(event) => {
            // This button goes away; the keyboard stays with the widths.
            event.currentTarget.parentElement?.querySelectorAll("input")[1]?.focus();
            onChoose({ bits: null });
          }}
        >
          Model’s own bits
        </button>
      )}
      <ZerosSwitch
        opened={opened}
        result={result}
        on={choices.zeros}
        onSwitch={(zeros) => onChoose({ zeros })}
      />
      {hasWeights(opened, result) && (
        <WeightsSwitch
          result={result}
          on={choices.weights}
          onSwitch={(weights) => onChoose({ weights })}
        />
      )}
    </fieldset>
  );
}

function DataflowChoice(props: {
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

interface NumberProps {
  readonly label: string;
  readonly title?: string;
  readonly value: number;
  readonly largest: number;
  readonly onValue: (value: number) => void;
}

function WholeNumber({ label, title, value, largest, onValue }: NumberProps) {
  return (
    <label class="field" title={title}>
      <span>{label}</span>
      <input
        type="number"
        min={1}
        max={largest}
        step={1}
        value={value}
        onInput={(event) => {
          const field = event.currentTarget;
          const typed = field.valueAsNumber;
          const taken = Number.isInteger(typed) && typed >= 1 && typed <= largest;
          // A field emptied to type anew is no mistake yet.
          const wrong = !taken && field.value !== "";
          field.setCustomValidity(wrong ? `A whole number from 1 to ${largest}.` : "");
          field.setAttribute("aria-invalid", String(wrong));
          if (wrong) field.reportValidity();
          if (taken) onValue(typed);
        }}
        onBlur={(event) => {
          // What was not taken goes: show what counts.
          const field = event.currentTarget;
          field.setCustomValidity("");
          field.setAttribute("aria-invalid", "false");
          field.value = String(value);
        }}
      />
    </label>
  );
}

function ZerosSwitch(props: {
  opened: Opened;
  result: Result;
  on: boolean;
  onSwitch: (on: boolean) => void;
}) {
  const { opened, result, on, onSwitch } = props;
  // What is known of an ONNX file then, the switch beside this says.
  if (opened.densitySource === null && hasWeights(opened, result)) return null;
  if (opened.densitySource === null && hasZeros(result)) {
    return <span class="hint">Zero fractions from the table of layers</span>;
  }
  if (opened.densitySource === null) {
    return (
      <span
        class="hint"
        title="Every value is counted as non-zero. Drop a file of zero fractions (joulegraph/density/1) on the page to use one."
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

/** The widths of the first layer with MACs: what runs when nobody chose any. */
function ownBits(result: Result): Bits {
  const word = result.platform.word_bits;
  const bits = (result.layers.find((layer) => layer.macs) ?? result.layers[0])?.bits ?? {};
  return { weight: bits.weight ?? word, activation: bits.activation ?? word };
}
