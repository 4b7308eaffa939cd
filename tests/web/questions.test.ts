/** What a file leaves open: which fields there are, what they say, and how they are read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PLAIN } from "../../web/lib/opened.ts";
import type { Attempt, PageState } from "../../web/lib/page_state.ts";
import { AT_FIRST } from "../../web/lib/page_state.ts";
import { attemptAfter, formOf } from "../../web/lib/question_form.ts";
import {
  aboutOf,
  answerTo,
  besideBatch,
  boundsOf,
  each,
  type Given,
  isAnythingGiven,
  NOTHING_GIVEN,
  read,
  saidOf,
  textOf,
  unfolded,
  withAnswer,
} from "../../web/lib/questions.ts";
import type { Question } from "../../web/lib/result.ts";
import { resultOf, simpleLayer } from "./fixtures/breakdown.ts";
import { shownOf } from "./fixtures/shown.ts";

const HEIGHT = asking("dimension", "height", 224);
const BATCH = { ...asking("dimension", "batch", 1), follows_batch: true };
const BOXES = { ...asking("dimension", "boxes", 1), follows_batch: true };
const FOUND = asking("size", "places[1]", 32);
const SHAPE = asking("shape", "x", null);
const BRANCH = asking("branch", "c", 0);
const COUNT = asking("count", "loop", 1);

function asking(kind: Question["kind"], name: string, taken: number | null): Question {
  const option =
    kind === "shape" ? "inputs" : kind === "dimension" || kind === "size" ? "dims" : "values";
  return { kind, option, name, taken, about: `'${name}'`, follows_batch: false };
}

function given(...answers: [Question, number | readonly number[]][]): Given {
  return answers.reduce(
    (all, [question, answer]) => withAnswer(all, question, answer),
    NOTHING_GIVEN,
  );
}

test("one dimension that follows the batch is the batch field's, several have fields", () => {
  assert.deepEqual(besideBatch([BATCH, HEIGHT]), [HEIGHT]);
  assert.deepEqual(besideBatch([BATCH, BOXES, HEIGHT]), [BATCH, BOXES, HEIGHT]);
  assert.deepEqual(boundsOf(BATCH), [1, 2 ** 20]);
});

test("a question asked twice is one, with the newest answer taken", () => {
  const anew = { ...HEIGHT, taken: 64 };
  assert.deepEqual(each([HEIGHT, FOUND, anew]), [anew, FOUND]);
});

test("answers are kept by name in the options that they belong to", () => {
  const all = given([HEIGHT, 64], [FOUND, 3], [SHAPE, [1, 2]], [BRANCH, 0.25], [COUNT, 9]);
  assert.deepEqual(all, {
    dims: { height: 64, "places[1]": 3 },
    inputs: { x: [1, 2] },
    values: { c: 0.25, loop: 9 },
  });
  assert.equal(answerTo(all, FOUND), 3);
  assert.deepEqual(withAnswer(all, COUNT, null).values, { c: 0.25 });
  assert.equal(isAnythingGiven(withAnswer(given([HEIGHT, 2]), HEIGHT, null)), false);
  assert.equal(isAnythingGiven(all), true);
  assert.deepEqual(NOTHING_GIVEN, { inputs: {}, dims: {}, values: {} });
});

test("a name is any text, also one that objects have", () => {
  for (const name of ["__proto__", "constructor", "toString", ""]) {
    const question = asking("dimension", name, 7);
    assert.equal(answerTo(NOTHING_GIVEN, question), undefined);
    const all = withAnswer(given([HEIGHT, 5]), question, 6);
    assert.equal(answerTo(all, question), 6);
    assert.equal(JSON.stringify(all.dims), `{"height":5,"${name}":6}`);
    assert.deepEqual(withAnswer(all, question, null), given([HEIGHT, 5]));
  }
});

test("a field says the answer, else what is taken", () => {
  assert.equal(textOf(HEIGHT, NOTHING_GIVEN), "224");
  assert.equal(textOf(HEIGHT, given([HEIGHT, 64])), "64");
  assert.equal(textOf(SHAPE, NOTHING_GIVEN), "");
  assert.equal(textOf(SHAPE, given([SHAPE, [1, 3, 8, 8]])), "1x3x8x8");
  assert.equal(textOf(SHAPE, given([SHAPE, []])), "[]");
});

test("numbers are read within their bounds", () => {
  assert.deepEqual(read(HEIGHT, " 64 "), { answer: 64 });
  assert.deepEqual(read(HEIGHT, "1e3"), { answer: 1000 });
  assert.deepEqual(read(HEIGHT, "0"), { answer: 0 });
  assert.deepEqual(read(HEIGHT, ""), { answer: null });
  assert.deepEqual(read(BRANCH, "0.25"), { answer: 0.25 });
  for (const text of ["-1", "1.5", "?", "0x10", "Infinity", "2147483648", "1 2", "1_0"]) {
    const { wrong } = read(HEIGHT, text) as { wrong: string };
    assert.equal(wrong, "height: a whole number from 0 to 2147483647.");
  }
  for (const text of ["1.01", "-0.5", "x"]) {
    assert.match((read(BRANCH, text) as { wrong: string }).wrong, /^c: a probability from 0 to 1/);
  }
  assert.ok("wrong" in read(BATCH, "0"));
});

test("what the engine takes is always within the bounds", () => {
  const vast = asking("size", "all[0]", 2 ** 40);
  assert.deepEqual(read(vast, textOf(vast, NOTHING_GIVEN)), { answer: 2 ** 40 });
});

test("shapes are read as people write them", () => {
  for (const text of [
    "1x3x224x224",
    "1, 3, 224, 224",
    "[1,3,224,224]",
    "1 × 3×224 X 224",
    "(1 3 224 224)",
  ]) {
    assert.deepEqual(read(SHAPE, text), { answer: [1, 3, 224, 224] }, text);
  }
  assert.deepEqual(read(SHAPE, "7"), { answer: [7] });
  assert.deepEqual(read(SHAPE, "[]"), { answer: [] });
  assert.deepEqual(read(SHAPE, " "), { answer: null });
  const long = Array(17).fill(1).join("x");
  for (const text of ["1x", "x3", "-1x3", "1.5", "axb", "[1", "2147483648", long, "1x3]"]) {
    assert.ok("wrong" in read(SHAPE, text), text);
  }
});

test("what a field says is read as what was given", () => {
  for (const [question, answer] of [
    [HEIGHT, 64],
    [BRANCH, 1e-7],
    [SHAPE, [1, 0, 3]],
    [SHAPE, []],
  ] as const) {
    const text = textOf(question, given([question, answer]));
    assert.deepEqual(read(question, text), { answer });
  }
});

test("many questions are folded, but for those that were answered", () => {
  const many = Array.from({ length: 12 }, (_, index) => asking("size", `t${index}[0]`, 1));
  assert.equal(unfolded(many, NOTHING_GIVEN).length, 8);
  const last = many[11] as Question;
  assert.deepEqual(unfolded(many, given([last, 3])).slice(7), [many[7], last]);
  assert.equal(unfolded(many.slice(0, 8), NOTHING_GIVEN).length, 8);
});

test("what a question belongs to is said in words", () => {
  assert.deepEqual([HEIGHT, BOXES, FOUND, SHAPE, BRANCH, COUNT].map(aboutOf), [
    "of 'height'",
    "of 'boxes', follows the batch",
    "decided by values in 'places[1]'",
    "shape of 'x'",
    "branch of 'c'",
    "runs of 'loop'",
  ]);
});

test("a link's answers are said in words", () => {
  const { model, ...rest } = resultOf([]);
  const result = { ...rest, model: { ...model, inputs: { x: [1, null, 3] } } };
  assert.equal(saidOf(HEIGHT, result), "224");
  assert.equal(saidOf(SHAPE, result), "[1 × ? × 3]");
  assert.equal(saidOf({ ...SHAPE, name: "toString" }, result), "not known");
  assert.equal(saidOf({ ...HEIGHT, taken: null }, result), "not known");
  const branches = [0, 1, 0.3].map((taken) => saidOf({ ...BRANCH, taken }, result));
  assert.deepEqual(branches, ["else", "then", "then with probability 0.3"]);
});

const ERROR = { code: "inconsistent-shapes", message: "They differ.", remedy: "Others." };

/** A page on which a model with these questions is shown. */
function showing(questions: readonly Question[], kind: "file" | "state" = "file"): PageState {
  const { model, ...rest } = resultOf([simpleLayer("a", 1, 2)]);
  const choices = PLAIN;
  const source = kind === "file" ? { kind, files: [] } : { kind, state: {} };
  const opened = {
    title: "net.onnx",
    source,
    sample: null,
    density: null,
    densitySource: null,
    choices,
  };
  const result = { ...rest, model: { ...model, questions } };
  const shown = shownOf(result);
  return { ...AT_FIRST, opened, choices, shown };
}

function answered(state: PageState, answers: Given): Attempt["opened"] {
  if (state.opened === null) throw new Error("nothing is open");
  return { ...state.opened, choices: { ...state.opened.choices, given: answers } };
}

test("there is no form where nothing is open, and a link's can't be changed", () => {
  assert.equal(formOf(AT_FIRST), null);
  assert.equal(formOf(showing([])), null);
  assert.equal(formOf(showing([BATCH])), null, "the batch has its field");
  assert.equal(formOf(showing([HEIGHT]))?.readOnly, null);
  const linked = showing([HEIGHT], "state");
  assert.equal(formOf(linked)?.readOnly, linked.shown?.result);
});

test("answers that failed stay in the form, marked, until they are corrected", () => {
  const state = showing([HEIGHT, FOUND]);
  const opened = answered(state, given([HEIGHT, 7]));
  const attempt = attemptAfter(opened, [HEIGHT], state);
  const form = formOf({ ...state, attempt, error: ERROR });
  assert.deepEqual(form?.questions, [HEIGHT, FOUND]);
  assert.equal(textOf(HEIGHT, form?.given ?? NOTHING_GIVEN), "7");
  assert.equal(form?.refused?.error, ERROR);
  assert.deepEqual([...(form?.refused?.fields ?? [])], ["dims height"]);
  assert.equal(formOf({ ...state, attempt })?.refused, null, "while it is computed anew");
});

test("a batch that failed is not the form's matter", () => {
  const state = showing([HEIGHT]);
  const opened = { ...answered(state, NOTHING_GIVEN) };
  assert.equal(attemptAfter(opened, [HEIGHT], state), null);
});

test("a file that can't be opened with the defaults has a form too, its batch included", () => {
  const state = showing([HEIGHT]);
  const source = { kind: "file", files: [new File([], "other.onnx")] } as const;
  const opened = { ...answered(state, NOTHING_GIVEN), source, title: "other.onnx" };
  assert.equal(attemptAfter(opened, [], state), null);
  const attempt = attemptAfter(opened, [BATCH, COUNT], state);
  const form = formOf({ ...state, attempt, error: ERROR });
  assert.equal(form?.other, "other.onnx");
  const alone = { ...BATCH, follows_batch: false };
  assert.deepEqual(form?.questions, [alone, COUNT]);
  assert.equal(form?.refused?.fields.size, 0);
  // Refused before the questions were asked: those of before stay.
  const next = { ...opened, choices: { ...opened.choices, given: given([COUNT, 2]) } };
  const later = attemptAfter(next, [BATCH], { ...state, attempt });
  assert.deepEqual(later?.questions, [alone, COUNT]);
});
