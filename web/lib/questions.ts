/**
 * What a file leaves open, and what the user gave: the form of questions without a form.
 *
 * The engine asks (`result.model.questions`) and says what it took. A given answer is sent with the
 * next request; a question without one has the engine's default.
 */
import type { Question, Result } from "./result.ts";

/** What the user gave, by name; the parts are those of a request's options. */
export interface Given {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly dims: Readonly<Record<string, number>>;
  readonly values: Readonly<Record<string, number>>;
}

/** One answer: a number, or the sizes of a shape. */
export type Answered = number | readonly number[];

/** A text of the form, read: an answer, null for a field left to its default, or what is wrong. */
export type Reading =
  | { readonly answer: Answered | null }
  | { readonly wrong: string; readonly answer?: never };

export const NOTHING_GIVEN: Given = { inputs: {}, dims: {}, values: {} };
/** As many questions are shown at once; the others are behind a button. */
export const MOST_UNFOLDED = 8;

const LARGEST = 2 ** 31 - 1;
const LARGEST_BATCH = 2 ** 20; // as the batch field has it
const MOST_DIMENSIONS = 16;

/** The questions, each once. */
export function each(questions: readonly Question[]): readonly Question[] {
  return [...new Map(questions.map((question) => [keyOf(question), question])).values()];
}

/**
 * The questions that the form beside a batch field asks.
 *
 * A batch sets every dimension that follows it (`follows_batch`). Where that is one, the batch field
 * is its field: the two are one thing, shown once. Where there are several, the number of boxes
 * beside that of images, each has a field here too; one that is left alone follows the batch.
 */
export function besideBatch(questions: readonly Question[]): readonly Question[] {
  const follows = (question: Question) => question.follows_batch === true;
  const several = questions.filter(follows).length > 1;
  return several ? questions : questions.filter((question) => !follows(question));
}

/** What tells one question of a model from the others. */
export function keyOf({ option, name }: Question): string {
  return `${option} ${name}`;
}

/** What was given in answer to a question; undefined if nothing was. */
export function answerTo(given: Given, { option, name }: Question): Answered | undefined {
  const part: Readonly<Record<string, Answered>> = given[option];
  return Object.hasOwn(part, name) ? part[name] : undefined;
}

/** The same with one question answered anew; null leaves it to the default. */
export function withAnswer(given: Given, question: Question, answer: Answered | null): Given {
  const { option, name } = question;
  const { [name]: _, ...others } = given[option] as Record<string, Answered>;
  // A name is any text: as a computed key even "__proto__" is a name like others.
  return { ...given, [option]: answer === null ? others : { ...others, [name]: answer } };
}

export function isAnythingGiven(given: Given): boolean {
  return Object.values(given).some((part) => Object.keys(part).length > 0);
}

/** Those shown while the others are folded: the first, and all that were answered. */
export function unfolded(questions: readonly Question[], given: Given): readonly Question[] {
  return questions.filter(
    (question, index) => index < MOST_UNFOLDED || answerTo(given, question) !== undefined,
  );
}

/** The least and the largest number that a field takes. */
export function boundsOf({ kind, taken, follows_batch }: Question): readonly [number, number] {
  if (kind === "branch") return [0, 1];
  // Nothing in a cache, nothing found, no run: 0 is a size. The engine's own bound always fits.
  return follows_batch ? [1, LARGEST_BATCH] : [0, Math.max(LARGEST, taken ?? 0)];
}

/** What a field says: the answer given, else what the engine took, else nothing. */
export function textOf(question: Question, given: Given): string {
  const answer = answerTo(given, question) ?? question.taken;
  if (answer === null) return "";
  if (typeof answer === "number") return String(answer);
  return answer.length === 0 ? "[]" : answer.join("x");
}

/** Reads what was typed into the field of a question. */
export function read(question: Question, text: string): Reading {
  const trimmed = text.trim();
  if (trimmed === "") return { answer: null };
  return question.kind === "shape" ? readShape(trimmed) : readNumber(question, trimmed);
}

function readNumber(question: Question, text: string): Reading {
  const [least, most] = boundsOf(question);
  const isBranch = question.kind === "branch";
  const number = isNumeral(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most && (isBranch || Number.isInteger(number))) {
    return { answer: number };
  }
  const what = isBranch ? "a probability" : "a whole number";
  return { wrong: `${question.name}: ${what} from ${least} to ${most}.` };
}

/** Sizes with x, × or commas between them, in brackets or not; [] is a single number's shape. */
function readShape(text: string): Reading {
  const inner = /^\[(.*)\]$|^\((.*)\)$/s.exec(text);
  const bare = (inner === null ? text : (inner[1] ?? inner[2] ?? "")).trim();
  if (inner !== null && bare === "") return { answer: [] };
  const sizes = bare.split(/\s*[x×,]\s*|\s+/i);
  const areSizes = sizes.every((size) => /^\d{1,10}$/.test(size) && Number(size) <= LARGEST);
  return areSizes && sizes.length <= MOST_DIMENSIONS
    ? { answer: sizes.map(Number) }
    : { wrong: "A shape is whole numbers with x between them, as in 1x3x224x224." };
}

function isNumeral(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
}

/** What a question belongs to, in words. */
export function aboutOf({ kind, about, follows_batch }: Question): string {
  switch (kind) {
    case "dimension":
      return follows_batch ? `of ${about}, follows the batch` : `of ${about}`;
    case "size":
      return `decided by values in ${about}`;
    case "shape":
      return `shape of ${about}`;
    case "branch":
      return `branch of ${about}`;
    case "count":
      return `runs of ${about}`;
  }
}

/** What a result was computed with, in words, where it can't be changed. */
export function saidOf({ kind, name, taken }: Question, { model }: Result): string {
  if (kind === "shape") {
    const shape = (Object.hasOwn(model.inputs, name) && model.inputs[name]) || null;
    return shape === null ? "not known" : `[${shape.map((size) => size ?? "?").join(" × ")}]`;
  }
  if (taken === null) return "not known";
  if (kind !== "branch") return String(taken);
  if (taken === 0 || taken === 1) return taken === 1 ? "then" : "else";
  return `then with probability ${taken}`;
}
