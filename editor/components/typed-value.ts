import type { ArgumentInputType, ArgumentRow } from "../../lib/shared/dbus-call-config";
import { fittingInputs, LOOKED_UP } from "../../lib/shared/fitting-input";
import { jsonTemplate } from "../../lib/shared/json-template";
import type { DBusType } from "../../lib/shared/signature";
import { text } from "../../lib/shared/text";
import { say } from "../say";

/** Where a value may come from while its type is not known; text first. */
const ANY_INPUT: readonly ArgumentInputType[] = ["str", "num", "bool", "json", "bin"];
const ICONS = { str: "az", num: "09", bool: "bool", json: "json", bin: "bin" } as const;

/**
 * The typed input's types for a value: those that write such a value down, then those that look one up,
 * and the one that it has, so that nothing is lost where it does not fit. `isGood` judges at each key.
 */
export function typedInputTypes(
  type: DBusType | undefined,
  current: ArgumentInputType,
  isGood: (row: ArgumentRow) => boolean,
): readonly (string | TypedInputType)[] {
  const written = type === undefined ? ANY_INPUT : fittingInputs(type);
  const offered = [...written, ...LOOKED_UP];
  if (!offered.includes(current)) offered.push(current);
  return offered.map((input) => (LOOKED_UP.includes(input) ? input : literalType(input as LiteralInput, type, isGood)));
}

type LiteralInput = keyof typeof ICONS;

function literalType(
  input: LiteralInput,
  type: DBusType | undefined,
  isGood: (row: ArgumentRow) => boolean,
): TypedInputType {
  return {
    value: input,
    label: label(input, type),
    icon: `red/images/typedInput/${ICONS[input]}.svg`,
    validate: (value) => isGood({ value, type: input }),
    ...(input === "bool" && { options: ["true", "false"] }),
    ...(input === "json" && { expand: editJson(type) }),
    ...(input === "bin" && { expand: editBytes }),
  };
}

function label(input: LiteralInput, type: DBusType | undefined): string {
  if (input === "str" && (type?.signature === "o" || type?.signature === "g")) {
    return say(text(`types.${type.signature}`));
  }
  return RED._(`typedInput.type.${input}`);
}

/** A large editor. It begins with an example of the type's shape where there is nothing yet. */
function editJson(type: DBusType | undefined) {
  return function (this: TypedInputWidget) {
    RED.editor.editJSON({
      value: pretty(this.value(), type),
      focus: true,
      complete: (edited) => this.value(onOneLine(edited)),
    });
  };
}

function editBytes(this: TypedInputWidget): void {
  RED.editor.editBuffer({ value: this.value(), focus: true, complete: (edited) => this.value(edited) });
}

function pretty(value: string, type: DBusType | undefined): string {
  const blank = ["", "[]", "{}"].includes(value.trim());
  if (blank && type !== undefined) return JSON.stringify(jsonTemplate(type), null, 4);
  return reformatted(value, 4);
}

function onOneLine(value: string): string {
  return reformatted(value, 0);
}

/** What is not JSON yet stays as it is, and so does what JSON would change: a number with many digits. */
function reformatted(value: string, indent: number): string {
  try {
    const parsed: unknown = JSON.parse(value);
    const compact = JSON.stringify(parsed);
    return digits(compact) === digits(value) ? JSON.stringify(parsed, null, indent) : value;
  } catch {
    return value;
  }
}

function digits(json: string): string {
  return json.replace(/\D+/g, "");
}
