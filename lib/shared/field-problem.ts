import { type Text, text } from "./text";

/** What is wrong with one field of a saved node, for the dialog and for the log at deploy. */
export interface FieldProblem<Field extends string> {
  readonly field: Field;
  readonly problem: Text;
}

export interface FieldCheckOptions {
  /**
   * `open` (the editor): a whole value `${NAME}` stands for what Node-RED fills in at deploy, so it
   * passes. `filled` (the runtime, the default): one that is still there names a variable that is not set.
   */
  readonly placeholders?: "open" | "filled";
}

const PLACEHOLDER = /^\$\{(\S+)\}$/;

/** Node-RED fills in environment variables only where `${NAME}` is the whole value. */
export function isPlaceholder(value: unknown): boolean {
  return typeof value === "string" && PLACEHOLDER.test(value);
}

/** Runs a check on a field that is filled in; a blank one is the caller's to judge. */
export function checkFilled(
  value: string,
  check: (value: string) => Text | undefined,
  options: FieldCheckOptions = {},
): Text | undefined {
  if (value === "") return undefined;
  const name = PLACEHOLDER.exec(value)?.[1];
  if (name === undefined) return check(value);
  return options.placeholders === "open" ? undefined : text("fields.variable-not-set", { name });
}

/**
 * A field that is one of a few words; with `options` a variable may stand for it. The editor has no other to choose,
 * and a flow written by hand may have any.
 */
export function checkChoice(value: string, choices: readonly string[], options?: FieldCheckOptions): Text | undefined {
  if (options !== undefined && isPlaceholder(value)) return checkFilled(value, () => undefined, options);
  return choices.includes(value) ? undefined : text("fields.not-a-choice", { value, choices: choices.join(", ") });
}

/** A number of at least 0, as a number or its text; "" is the caller's default. */
export function checkNumber(
  value: string | number,
  most: number,
  key: "fields.timeout" | "fields.rate-limit",
  options: FieldCheckOptions = {},
): Text | undefined {
  return checkFilled(
    String(value),
    (given) => {
      const number = given.trim() === "" ? Number.NaN : Number(given);
      return number >= 0 && number <= most ? undefined : text(key, { value: given, most });
    },
    options,
  );
}

/** Problems of several fields, in the order in which they were looked at. */
export class FieldProblems<Field extends string> {
  readonly found: FieldProblem<Field>[] = [];

  add(field: Field, problem: Text | undefined): void {
    if (problem !== undefined) this.found.push({ field, problem });
  }
}
