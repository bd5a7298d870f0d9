import type { ArgumentRow } from "./dbus-call-config";
import { checkChoice, type FieldCheckOptions, isPlaceholder } from "./field-problem";
import { type Text, text } from "./text";

/**
 * What a typed input that holds its value itself stands for, as the runtime will read it, or why it
 * can't be read; undefined where only the runtime can know (`msg`, an environment variable, ...).
 * `bin` gives what its bytes are written as: an array of numbers, or text.
 */
export type Literal = { readonly value: unknown } | { readonly problem: Text } | undefined;

export function literalValue({ value, type }: ArgumentRow, options: FieldCheckOptions = {}): Literal {
  if (isPlaceholder(value) && options.placeholders === "open") return undefined;
  switch (type) {
    case "str":
      return { value };
    case "num":
      return variable(value) ?? number(value);
    case "bool":
      return variable(value) ?? bool(value);
    case "json":
    case "bin":
      return variable(value) ?? json(value);
    default:
      return undefined;
  }
}

/** One that Node-RED has left in its place names a variable that is not set; text may well look like that. */
function variable(value: string): Literal {
  return isPlaceholder(value) ? { problem: text("fields.variable-not-set", { name: value.slice(2, -1) }) } : undefined;
}

function bool(value: string): Literal {
  // As Node-RED reads it.
  const problem = value === "" ? undefined : checkChoice(value, ["true", "false"]);
  return problem === undefined ? { value: value === "true" } : { problem };
}

function number(value: string): Literal {
  if (value.trim() === "") return { problem: text("fields.args-nothing") };
  const found = Number(value);
  if (Number.isNaN(found)) return { problem: text("fields.args-number", { value }) };
  const digits = /^\+?(-?\d+)$/.exec(value.trim())?.[1];
  // As a number it would lose digits; the runtime keeps them too.
  return { value: digits !== undefined && !Number.isSafeInteger(found) ? digits : found };
}

function json(value: string): Literal {
  if (value.trim() === "") return { problem: text("fields.args-nothing") };
  try {
    return { value: JSON.parse(value) };
  } catch {
    return { problem: text("fields.args-json", { value }) };
  }
}
