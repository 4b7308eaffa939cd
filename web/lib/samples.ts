/** The models that ship with the page: public/models/index.json. */
import { Problem } from "./problem.ts";

export interface Sample {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  /** Its zero fractions, if any are known. */
  readonly density: string | null;
  readonly about: string;
  readonly source: string;
}

/** Shown first, before Python is there. */
export const FIRST_SAMPLE = "alexnet";
/** What showing it takes, to be fetched before the list of samples is there. */
export const FIRST_FILES: readonly string[] = [
  `samples/${FIRST_SAMPLE}.json`,
  `models/${FIRST_SAMPLE}.density.json`,
];

export function asSamples(value: unknown): readonly Sample[] {
  if (!Array.isArray(value)) {
    throw new Problem("samples-invalid", "The list of samples can't be read.", "Reload the page.");
  }
  return value as Sample[];
}

export const answerPath = (sample: Sample): string => `samples/${sample.id}.json`;
export const modelPath = (sample: Sample): string => `models/${sample.file}`;
export const densityPath = (sample: Sample): string | null =>
  sample.density === null ? null : `models/${sample.density}`;
