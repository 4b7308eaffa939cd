/** A problem that is told to the user: a stable code, what is wrong, and what to do about it. */
import type { EngineError } from "./protocol.ts";

export class Problem extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string) {
    super(message);
    this.name = "Problem";
    this.code = code;
    this.remedy = remedy;
  }
}

/** What to show for anything thrown; a fault of ours is told as one. */
export function told(cause: unknown): EngineError {
  if (cause instanceof Problem) {
    return { code: cause.code, message: cause.message, remedy: cause.remedy };
  }
  const text = cause instanceof Error ? cause.message : String(cause);
  return {
    code: "page-fault",
    message: `The page failed: ${text.slice(0, 300)}`,
    remedy: "Reload the page. If it happens again, please report it with this text.",
  };
}
