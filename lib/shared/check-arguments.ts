import type { ArgumentInputType, ArgumentRow, DBusCallConfig } from "./dbus-call-config";
import { checkChoice, checkFilled, type FieldCheckOptions, isPlaceholder } from "./field-problem";
import { parseSignature } from "./signature";
import { type Text, text } from "./text";

export const ARGUMENT_INPUT_TYPES: readonly ArgumentInputType[] = [
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
    return checkChoice(argsType, [...ARGUMENT_INPUT_TYPES, "list"]) ?? checkInput(args, argsType, options);
  }
  if (!isRows(args)) return text("fields.args-not-list");
  for (const [at, row] of args.entries()) {
    const problem = checkChoice(row.type, ARGUMENT_INPUT_TYPES) ?? checkInput(row.value, row.type, options);
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

/** A value that is written down in the node can be judged; one that is looked up later cannot. */
function checkInput(value: string, type: ArgumentInputType, options: FieldCheckOptions): Text | undefined {
  switch (type) {
    case "num":
      return value.trim() === "" ? text("fields.args-number", { value }) : checkFilled(value, checkNumberText, options);
    case "json":
    case "bin":
      return value === "" ? text("fields.args-json", { value }) : checkFilled(value, checkJson, options);
    case "bool":
      return checkFilled(value, (given) => checkChoice(given, ["true", "false"]), options);
    case "msg":
    case "flow":
    case "global":
    case "env":
    case "jsonata":
      return value.trim() === "" ? text("fields.args-blank") : undefined;
    case "str":
      return undefined;
  }
}

function checkNumberText(value: string): Text | undefined {
  return Number.isNaN(Number(value)) ? text("fields.args-number", { value }) : undefined;
}

function checkJson(value: string): Text | undefined {
  try {
    JSON.parse(value);
    return undefined;
  } catch {
    return text("fields.args-json", { value });
  }
}

/** As many rows as the signature has types; a property has one value. */
function checkCount({ operation, signature }: DBusCallConfig, rows: number): Text | undefined {
  if (operation === "set") return rows === 1 ? undefined : text("fields.args-one", { found: rows });
  if (signature === "" || isPlaceholder(signature)) return undefined;
  const parsed = parseSignature(signature);
  if ("problem" in parsed || parsed.types.length === rows) return undefined;
  return text("fields.args-count", { signature, expected: parsed.types.length, found: rows });
}
