/** What the engine answers: a result with its link state and its CSV, or an error. */
import type { EngineError } from "./protocol.ts";
import type { Question } from "./result.ts";

export interface Remark {
  readonly code: string;
  readonly text: string;
}

export type Answer =
  | {
      readonly ok: true;
      /** A `joulegraph/result/1` object. */
      readonly result: unknown;
      /** What a link carries. */
      readonly state: unknown;
      readonly warnings: readonly Remark[];
      /** Whether some layer runs by a mapping found for other options: it costs at most this. */
      readonly provisional?: boolean;
    }
  | {
      readonly ok: false;
      readonly error: EngineError;
      /** What the file leaves open, where another answer may help. */
      readonly questions?: readonly Question[];
    };
