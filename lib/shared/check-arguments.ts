import { checkValue } from "./check-value";
import type { ArgumentInputType, ArgumentRow, DBusCallConfig } from "./dbus-call-config";
import { checkChoice, type FieldCheckOptions, isPlaceholder } from "./field-problem";
import { literalValue } from "./literal-value";
import { type DBusType, parseSignature } from "./signature";
import { type Text, text } from "./text";
import { typeWords } from "./type-words";

const ARGUMENT_INPUT_TYPES: readonly ArgumentInputType[] = [
  "str",
  "num",
  "bool",
  "json",
  "jsonata",
  "msg",
  "flow",
  "global",
  "env",
  "bin",
];

/** The field `args` of an operation that sends arguments, as far as it can be judged without a message. */
export function checkArguments(config: DBusCallConfig, options: FieldCheckOptions): Text | undefined {
  const { args, argsType } = config;
  if (argsType !== "list") {
    if (typeof args !== "string") return text("fields.args-not-text", { argsType });
    const types = typesOf(config.signature);
    // Of several arguments a value is an array or an object, which the argument rule judges.
    const type = types.length === 1 ? types[0] : undefined;
    return (
      checkChoice(argsType, [...ARGUMENT_INPUT_TYPES, "list"]) ??
      checkRow({ value: args, type: argsType }, type, options)
    );
  }
  if (!isRows(args)) return text("fields.args-not-list");
  const types = typesOf(config.signature);
  for (const [at, row] of args.entries()) {
    const problem = checkRow(row, types[at], options);
    if (problem !== undefined) return text("fields.args-row", { number: at + 1, problem });
  }
  return checkCount(config, args.length);
}

function isRows(args: unknown): args is readonly ArgumentRow[] {
  return (
    Array.isArray(args) &&
    args.every((row) => typeof row === "object" && row !== null && typeof row.value === "string" && "type" in row)
  );
}

/**
 * One argument as far as it can be judged without a message: a value that is written down, against its
 * type where that is known. Of what is looked up later, only whether it says where.
 */
export function checkRow(
  row: ArgumentRow,
  type: DBusType | undefined,
  options: FieldCheckOptions = {},
): Text | undefined {
  const known = checkChoice(row.type, ARGUMENT_INPUT_TYPES);
  if (known !== undefined) return known;
  const literal = literalValue(row, options);
  if (literal === undefined) {
    return row.value.trim() === "" ? text("fields.args-blank") : undefined;
  }
  if ("problem" in literal) return literal.problem;
  if (type === undefined) return undefined;
  if (row.type !== "bin" || type.signature === "ay" || type.kind === "variant") return checkValue(type, literal.value);
  return text("errors.expected", { expected: typeWords(type.signature), got: text("kinds.buffer") });
}

function typesOf(signature: string): readonly DBusType[] {
  const parsed = isPlaceholder(signature) ? undefined : parseSignature(signature);
  return parsed !== undefined && "types" in parsed ? parsed.types : [];
}

/** As many rows as the signature has types; a property has one value. */
function checkCount({ operation, signature }: DBusCallConfig, rows: number): Text | undefined {
  if (operation === "set") return rows === 1 ? undefined : text("fields.args-one", { found: rows });
  if (signature === "" || isPlaceholder(signature)) return undefined;
  const parsed = parseSignature(signature);
  if ("problem" in parsed || parsed.types.length === rows) return undefined;
  return text("fields.args-count", { signature, expected: parsed.types.length, found: rows });
}
