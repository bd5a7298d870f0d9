import { checkValue } from "./check-value";
import { MAX_TIMEOUT_SECONDS } from "./dbus-call-config";
import { checkChoice } from "./field-problem";
import { initialValue } from "./initial-value";
import {
  type ArgumentDefinition,
  EMITS_CHANGED,
  type InterfaceDefinition,
  type MethodDefinition,
  PROPERTY_ACCESS,
  type PropertyDefinition,
  type SignalDefinition,
  signatureOfArguments,
} from "./interface-definition";
import { checkArgumentName, checkMemberName } from "./names";
import { checkSignature, checkSingleType, parseSignature } from "./signature";
import { type Text, text } from "./text";

/** What is wrong with the rows that define properties; undefined when they are good. */
export function checkProperties(rows: InterfaceDefinition["properties"]): Text | undefined {
  return checkRows(rows, checkProperty);
}

/** The same for methods. */
export function checkMethods(rows: InterfaceDefinition["methods"]): Text | undefined {
  return checkRows(rows, checkMethod);
}

/** The same for signals. */
export function checkSignals(rows: InterfaceDefinition["signals"]): Text | undefined {
  return checkRows(rows, ({ args }: SignalDefinition) => checkArguments(args));
}

/** The type of one property or argument. */
export function checkType(signature: string): Text | undefined {
  if (typeof signature !== "string") return text("errors.not-a-text", { got: typeof signature });
  if (signature === "") return text("fields.type-missing");
  const problem = checkSingleType(signature);
  if (problem !== undefined) return problem;
  return signature.includes("h") ? text("fields.file-descriptor", { signature }) : undefined;
}

function checkRows<Row extends { readonly name: string }>(
  rows: readonly Row[],
  check: (row: Row) => Text | undefined,
): Text | undefined {
  const seen = new Set<string>();
  for (const [index, row] of rows.entries()) {
    const { name } = row;
    const problem = checkName(name) ?? (seen.has(name) ? text("fields.name-twice", { name }) : check(row));
    if (problem !== undefined) return text("fields.row", { number: index + 1, problem });
    seen.add(name);
  }
  return undefined;
}

/** A flow written by hand may hold anything. */
function checkName(name: string, check = checkMemberName): Text | undefined {
  return typeof name === "string" ? check(name) : text("errors.not-a-text", { got: typeof name });
}

function checkProperty({ signature, access, emitsChanged, value }: PropertyDefinition): Text | undefined {
  const problem =
    checkType(signature) ?? checkChoice(access, PROPERTY_ACCESS) ?? checkChoice(emitsChanged, EMITS_CHANGED);
  if (problem !== undefined) return problem;
  const fault = checkFirstValue(signature, value);
  return fault === undefined ? undefined : text("fields.first-value", { problem: fault });
}

/** A property's first value, of a type that is valid. */
export function checkFirstValue(signature: string, given: unknown): Text | undefined {
  const initial = initialValue(signature, given);
  if ("problem" in initial) return initial.problem;
  // Only what was typed is JSON: a flow written by hand may hold anything, which the encoder judges.
  if (initial.value === undefined || typeof given !== "string") return undefined;
  const parsed = parseSignature(signature);
  const [type] = "types" in parsed ? parsed.types : [];
  return type === undefined ? undefined : checkValue(type, initial.value);
}

function checkMethod(method: MethodDefinition): Text | undefined {
  const { timeout } = method;
  if (!(timeout > 0 && timeout <= MAX_TIMEOUT_SECONDS)) {
    return text("fields.method-timeout", { value: String(timeout), most: MAX_TIMEOUT_SECONDS });
  }
  return checkArguments(method.in) ?? checkArguments(method.out);
}

function checkArguments(args: readonly ArgumentDefinition[]): Text | undefined {
  if (!Array.isArray(args)) return text("errors.not-a-list", { got: typeof args });
  const seen = new Set<string>();
  for (const [index, { name, signature }] of args.entries()) {
    const problem =
      checkType(signature) ??
      (name === "" ? undefined : checkName(name, checkArgumentName)) ??
      (name !== "" && seen.has(name) ? text("fields.name-twice", { name }) : undefined);
    if (problem !== undefined) return text("fields.args-row", { number: index + 1, problem });
    seen.add(name);
  }
  return checkSignature(signatureOfArguments(args));
}
