import { useId, useState } from "preact/hooks";
import { doubling } from "../lib/dials.ts";
import { aboutOf, boundsOf, type Given, textOf } from "../lib/questions.ts";
import type { Question } from "../lib/result.ts";

interface Props {
  readonly question: Question;
  readonly given: Given;
  readonly isWrong: boolean;
  /** The element that says what is wrong. */
  readonly saidBy: string;
  readonly onText: (text: string) => void;
  readonly onLeave: () => void;
}

/** Lengths of a text, and sizes of an image. */
const SIZES = doubling(17);

/** One question with its field: a number, a shape, or a branch. */
export function QuestionField(props: Props) {
  const { question, given, onText } = props;
  const id = useId();
  return (
    <div class="question">
      <div class="question-head">
        <label for={id} title={question.name}>
          {question.name}
        </label>
        <span class="hint" id={`${id}-about`} title={aboutOf(question)}>
          {aboutOf(question)}
        </span>
      </div>
      <div class="question-line">
        {question.kind === "dimension" && (
          <input
            type="range"
            aria-label={`${question.name} ${aboutOf(question)}`}
            aria-valuetext={textOf(question, given)}
            min={0}
            max={SIZES.positions}
            value={SIZES.positionOf(Number(textOf(question, given)) || 1)}
            onInput={(event) => onText(`${SIZES.valueAt(event.currentTarget.valueAsNumber)}`)}
          />
        )}
        {question.kind === "branch" ? (
          <Branch {...props} id={id} about={`${id}-about`} />
        ) : (
          <Typed {...props} id={id} about={`${id}-about`} />
        )}
      </div>
    </div>
  );
}

interface FieldProps extends Props {
  readonly id: string;
  /** The element that says what the question belongs to. */
  readonly about: string;
  readonly label?: string;
}

/** A field that shows what counts, except while somebody types in it. */
function Typed(props: FieldProps) {
  const { question, given, isWrong, id, about, saidBy, label, onText, onLeave } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const text = textOf(question, given);
  const [least, most] = boundsOf(question);
  const isShape = question.kind === "shape";
  return (
    <input
      id={id}
      class={isShape ? "shape" : undefined}
      {...(isShape
        ? { type: "text", spellcheck: false, autocomplete: "off" }
        : { type: "number", min: least, max: most, step: question.kind === "branch" ? "any" : 1 })}
      placeholder={isShape ? "1x3x224x224" : text}
      value={draft ?? text}
      aria-label={label}
      aria-invalid={isWrong}
      aria-describedby={isWrong ? `${about} ${saidBy}` : about}
      onInput={(event) => {
        const field = event.currentTarget;
        setDraft(field.value);
        // What a browser can't read as a number it gives as nothing.
        onText(field.validity.badInput ? "?" : field.value);
      }}
      onBlur={() => {
        // What was not taken goes: show what counts.
        setDraft(null);
        onLeave();
      }}
    />
  );
}

/** Then, else, or how likely then is. */
function Branch(props: FieldProps) {
  const { question, given, isWrong, id, about, saidBy, onText } = props;
  const share = Number(textOf(question, given));
  const isBetween = share > 0 && share < 1;
  // Who is typing a probability may well pass 0 and 1 on the way.
  const [isTyping, setTyping] = useState(false);
  const mode = isTyping || isBetween ? "probability" : share === 1 ? "then" : "else";
  return (
    <>
      <select
        id={id}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? `${about} ${saidBy}` : about}
        onChange={(event) => {
          const { value } = event.currentTarget;
          onText(value === "then" ? "1" : value === "else" ? "0" : "0.5");
        }}
      >
        {["then", "else", "probability"].map((value) => (
          <option key={value} value={value} selected={value === mode}>
            {value === "probability" ? "then, with probability" : value}
          </option>
        ))}
      </select>
      <span
        class="share"
        data-on={mode === "probability"}
        onFocusIn={() => setTyping(true)}
        onFocusOut={() => setTyping(false)}
      >
        <Typed {...props} id={`${id}-share`} label={`Probability of then, ${question.name}`} />
      </span>
    </>
  );
}
