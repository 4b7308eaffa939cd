import { useId, useRef, useState } from "preact/hooks";
import type { QuestionForm } from "../lib/question_form.ts";
import {
  aboutOf,
  answerTo,
  type Given,
  isAnythingGiven,
  keyOf,
  NOTHING_GIVEN,
  read,
  saidOf,
  textOf,
  unfolded,
  withAnswer,
} from "../lib/questions.ts";
import type { Question, Result } from "../lib/result.ts";
import { QuestionField } from "./question_field.tsx";

interface Props {
  readonly form: QuestionForm;
  readonly onGive: (given: Given) => void;
}

/** What the file leaves open, each with the answer that is taken; to be answered otherwise. */
export function Questions({ form, onGive }: Props) {
  return form.readOnly === null ? (
    <Form form={form} onGive={onGive} />
  ) : (
    <Answers questions={form.questions} result={form.readOnly} />
  );
}

function Form({ form, onGive }: Props) {
  const { questions, given, refused } = form;
  const [open, setOpen] = useState(false);
  const [wrong, setWrong] = useState<{ readonly key: string; readonly text: string } | null>(null);
  const box = useRef<HTMLFieldSetElement>(null);
  const id = useId();
  const said = `${id}-said`;
  const inFold = unfolded(questions, given);
  const answer = (question: Question, text: string) => {
    const reading = read(question, text);
    if (reading.answer === undefined) {
      setWrong({ key: keyOf(question), text: reading.wrong });
      return;
    }
    setWrong(null);
    if (reading.answer !== (answerTo(given, question) ?? null)) {
      onGive(withAnswer(given, question, reading.answer));
    }
  };
  return (
    <fieldset ref={box} class="questions" aria-describedby={said}>
      <legend>
        {form.other === null ? "Left open by the file" : `Left open by ${form.other}`}
      </legend>
      <div class="questions-fields" id={`${id}-fields`}>
        {(open ? questions : inFold).map((question) => (
          <QuestionField
            key={keyOf(question)}
            question={question}
            given={given}
            isWrong={
              wrong?.key === keyOf(question) || refused?.fields.has(keyOf(question)) === true
            }
            saidBy={said}
            onText={(text) => answer(question, text)}
            onLeave={() => setWrong(null)}
          />
        ))}
      </div>
      <div class="questions-foot">
        {inFold.length < questions.length && (
          <Fold open={open} count={questions.length} controls={`${id}-fields`} onOpen={setOpen} />
        )}
        <button
          type="button"
          class="quiet"
          disabled={!isAnythingGiven(given)}
          onClick={() => {
            // This button goes dead; the keyboard stays in the form.
            box.current?.querySelector<HTMLElement>("input, select")?.focus();
            setWrong(null);
            onGive(NOTHING_GIVEN);
          }}
        >
          Reset to defaults
        </button>
        <p id={said}>
          <span class="wrong" aria-live="polite">
            {wrong?.text}
          </span>
          {wrong === null && refused !== null && <span class="wrong">{refused.error.message}</span>}
          {wrong === null && refused === null && <span class="hint">{hint(questions, given)}</span>}
        </p>
      </div>
    </fieldset>
  );
}

function hint(questions: readonly Question[], given: Given): string {
  if (questions.some((question) => textOf(question, given) === "")) {
    return "What an empty field asks is not known.";
  }
  return isAnythingGiven(given)
    ? "A field that is emptied goes back to its default."
    : "Every field is at its default.";
}

/** The answers in a link, which has no graph to work out others with. */
function Answers(props: { questions: readonly Question[]; result: Result }) {
  const { questions, result } = props;
  const [open, setOpen] = useState(false);
  const id = useId();
  const shown = open ? questions : unfolded(questions, NOTHING_GIVEN);
  return (
    <section class="questions" aria-labelledby={`${id}-title`}>
      <p class="questions-title" id={`${id}-title`}>
        Left open by the file
      </p>
      <dl class="questions-fields" id={`${id}-fields`}>
        {shown.map((question) => (
          <div key={keyOf(question)} class="question">
            <dt class="question-head">
              <span title={question.name}>{question.name}</span>{" "}
              <span class="hint" title={aboutOf(question)}>
                {aboutOf(question)}
              </span>
            </dt>
            <dd>{saidOf(question, result)}</dd>
          </div>
        ))}
      </dl>
      <div class="questions-foot">
        <p class="hint">Drop the file to change them.</p>
        {(open || shown.length < questions.length) && (
          <Fold open={open} count={questions.length} controls={`${id}-fields`} onOpen={setOpen} />
        )}
      </div>
    </section>
  );
}

/** Shows the questions that a long list holds back, and hides them again. */
function Fold(props: {
  open: boolean;
  count: number;
  controls: string;
  onOpen: (open: boolean) => void;
}) {
  const { open, count, controls, onOpen } = props;
  return (
    <button
      type="button"
      class="quiet"
      aria-expanded={open}
      aria-controls={controls}
      onClick={() => onOpen(!open)}
    >
      {open ? "Show fewer" : `Show all ${count}`}
    </button>
  );
}
