/** The form of what a file leaves open: which model it is about, and what it says. */
import type { Opened } from "./opened.ts";
import type { Attempt, PageState } from "./page_state.ts";
import type { EngineError } from "./protocol.ts";
import { answerTo, besideBatch, each, type Given, keyOf, NOTHING_GIVEN } from "./questions.ts";
import type { Question, Result } from "./result.ts";

export interface QuestionForm {
  /** The model, where it is not the one whose breakdown is shown. */
  readonly other: string | null;
  readonly questions: readonly Question[];
  readonly given: Given;
  /** Why what the form says could not be worked out, and the fields it was refused with. */
  readonly refused: { readonly error: EngineError; readonly fields: ReadonlySet<string> } | null;
  /** The result to read answers from, where they can't be changed: a link has no graph. */
  readonly readOnly: Result | null;
}

/** The form to show at this moment; null where nothing is open. */
export function formOf(state: PageState): QuestionForm | null {
  const form = state.attempt === null ? formOfShown(state) : formOfAttempt(state, state.attempt);
  return form === null || form.questions.length === 0 ? null : form;
}

function formOfShown({ opened, choices, shown }: PageState): QuestionForm | null {
  if (opened === null || choices === null || shown === null) return null;
  return {
    other: null,
    questions: questionsOf(shown.result),
    given: choices.given,
    refused: null,
    readOnly: opened.source.kind === "state" ? shown.result : null,
  };
}

function formOfAttempt(state: PageState, { opened, questions }: Attempt): QuestionForm {
  const { given } = opened.choices;
  const counts = isShown(opened, state) ? state.opened?.choices.given : undefined;
  const changed = questions.filter(
    (question) => answerTo(given, question) !== answerTo(counts ?? NOTHING_GIVEN, question),
  );
  return {
    other: counts === undefined ? opened.title : null,
    questions,
    given,
    refused:
      state.error === null
        ? null
        : { error: state.error, fields: new Set(changed.map((question) => keyOf(question))) },
    readOnly: null,
  };
}

/**
 * What the form goes on with after a model could not be worked out: the answers that failed, so that
 * they can be corrected. null where no question of a form is the reason.
 */
export function attemptAfter(
  opened: Opened,
  asked: readonly Question[] = [],
  state: PageState,
): Attempt | null {
  if (isShown(opened, state)) {
    const isAnswer = opened.choices.given !== state.opened?.choices.given;
    return isAnswer && state.shown !== null
      ? { opened, questions: questionsOf(state.shown.result) }
      : null;
  }
  // An error may come before all has been asked: what was asked before stays. No batch field is
  // about this model, so that its batch is asked here.
  const before = state.attempt?.opened.source === opened.source ? state.attempt.questions : [];
  const alone = asked.map((question) => ({ ...question, follows_batch: false }));
  const questions = each([...before, ...alone]);
  return questions.length === 0 ? null : { opened, questions };
}

function questionsOf(result: Result): readonly Question[] {
  return besideBatch(each(result.model.questions ?? []));
}

function isShown({ source }: Opened, state: PageState): boolean {
  return state.shown !== null && state.opened?.source === source;
}
