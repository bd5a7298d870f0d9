import type { FailureAnswer } from "../../lib/shared/admin";
import type { Text } from "../../lib/shared/text";

/** What the runtime says of why it has no answer; undefined for what is no word of ours. */
export function problemOf(answer: unknown): Text | undefined {
  return isFailure(answer) ? answer.problem : undefined;
}

export function isFailure(answer: unknown): answer is FailureAnswer {
  const problem: unknown = Object(answer).problem;
  return typeof Object(problem).key === "string";
}
