import { useId } from "preact/hooks";
import type { Scale } from "../lib/dials.ts";

/** What a dial's field is written in: `size` is one unit of it. */
export interface FieldUnit {
  readonly name: string;
  readonly size: number;
  readonly least: number;
  readonly most: number;
  /** Whether only whole numbers of it are taken. */
  readonly whole: boolean;
}

export const SHARE_UNIT: FieldUnit = {
  name: "%",
  size: 0.01,
  least: 0,
  most: 100,
  whole: false,
};

interface Props {
  readonly label: string;
  readonly title: string;
  readonly scale: Scale;
  readonly value: number;
  readonly unit: FieldUnit;
  /** The value in words, for who can't see the slider. */
  readonly text: string;
  /** What there is to say about the value, in a few words. */
  readonly hint?: string;
  readonly hintTitle?: string | undefined;
  readonly onValue: (value: number) => void;
}

/** One quantity to try out: a slider, and a field for what is between and beyond its steps. */
export function Dial(props: Props) {
  const { label, title, scale, value, unit, text, hint = "", hintTitle, onValue } = props;
  const id = useId();
  return (
    <div class="dial" title={title}>
      <div class="dial-head">
        <label for={id}>{label}</label>
        <span class="hint" title={hintTitle}>
          {hint}
        </span>
      </div>
      <div class="dial-line">
        <input
          type="range"
          aria-label={label}
          aria-valuetext={text}
          min={0}
          max={scale.positions}
          step={1}
          value={scale.positionOf(value)}
          onInput={(event) => onValue(scale.valueAt(event.currentTarget.valueAsNumber))}
        />
        <NumberField id={id} value={value} unit={unit} onValue={onValue} />
        {unit.name !== "" && <span class="unit">{unit.name}</span>}
      </div>
    </div>
  );
}

/** A number typed in; what is none, or out of bounds, is said and not taken. */
export function NumberField(props: {
  id?: string;
  /** What it is of, where nothing labels it. */
  label?: string;
  value: number;
  unit: FieldUnit;
  onValue: (value: number) => void;
}) {
  const { id, label, value, unit, onValue } = props;
  const { least, most, whole } = unit;
  const shown = Number((value / unit.size).toPrecision(6));
  return (
    <input
      id={id}
      aria-label={label}
      type="number"
      min={least}
      max={most}
      step={whole ? 1 : "any"}
      value={shown}
      onInput={(event) => {
        const field = event.currentTarget;
        const typed = field.valueAsNumber;
        const taken = typed >= least && typed <= most && (!whole || Number.isInteger(typed));
        // A field emptied to type anew is no mistake yet.
        const wrong = !taken && field.value !== "";
        const number = whole ? "A whole number" : "A number";
        field.setCustomValidity(wrong ? `${number} from ${least} to ${most}.` : "");
        field.setAttribute("aria-invalid", String(wrong));
        if (wrong) field.reportValidity();
        if (taken) onValue(typed * unit.size);
      }}
      onBlur={(event) => {
        // What was not taken goes: show what counts.
        const field = event.currentTarget;
        field.setCustomValidity("");
        field.setAttribute("aria-invalid", "false");
        field.value = String(shown);
      }}
    />
  );
}
