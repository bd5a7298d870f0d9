import { LARGE_INTEGERS, SMALL_INTEGERS } from "./integer-range";
import { checkObjectPath } from "./names";
import { type BasicType, checkSignature, type DBusType } from "./signature";
import { type Text, text } from "./text";

const MOST_CHARACTERS = 40;
const DECIMAL = /^[+-]?\d{1,400}$/;
const NUMERAL = /^([+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|-?Infinity)$/;

/**
 * Why a value that was read from JSON does not go with a type, for a person who is typing it; undefined
 * where it does. The encoder has the last word; what this lets pass (a variant's inside) it judges.
 */
export function checkValue(type: DBusType, value: unknown): Text | undefined {
  switch (type.kind) {
    case "basic":
      return checkBasic(type.signature, value);
    case "variant":
      return value === null ? unexpected("kinds.any-value", value) : undefined;
    case "array":
      if (type.element.signature === "y" && typeof value === "string") return undefined;
      if (!Array.isArray(value)) return unexpected("kinds.array", value);
      return first(value, (element) => checkValue(type.element, element));
    case "dict":
      if (!isObject(value)) return unexpected("kinds.dict", value);
      return first(
        Object.entries(value),
        ([key, inner]) => checkBasic(type.key.signature, key) ?? checkValue(type.value, inner),
      );
    case "struct":
      if (!Array.isArray(value) || value.length !== type.fields.length) {
        return unexpected("kinds.struct", value, { count: type.fields.length });
      }
      return first(type.fields, (field, index) => checkValue(field, value[index]));
  }
}

function checkBasic(type: BasicType, value: unknown): Text | undefined {
  switch (type) {
    case "y":
    case "n":
    case "q":
    case "i":
    case "u":
      return checkInteger(SMALL_INTEGERS[type], value);
    case "x":
    case "t":
      return checkInteger(LARGE_INTEGERS[type], value);
    case "d":
      return typeof value === "number" || isNumeral(value) ? undefined : unexpected("kinds.number", value);
    case "b":
      return [true, false, 0, 1, "true", "false"].includes(value as string)
        ? undefined
        : unexpected("kinds.boolean", value);
    case "s":
      return ["string", "number", "boolean"].includes(typeof value) ? undefined : unexpected("kinds.string", value);
    case "o":
      return typeof value === "string" ? checkObjectPath(value) : unexpected("kinds.object-path", value);
    case "g":
      return typeof value === "string" ? checkSignature(value) : unexpected("kinds.signature", value);
    case "h":
      return text("errors.file-descriptors");
  }
}

function checkInteger([least, most]: readonly [number | bigint, number | bigint], value: unknown): Text | undefined {
  const found = integerFrom(value);
  const fits = found !== undefined && found >= least && found <= most;
  return fits ? undefined : unexpected("kinds.integer", value, { least: String(least), most: String(most) });
}

function integerFrom(value: unknown): number | bigint | undefined {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "string") return DECIMAL.test(value) ? BigInt(value.replace("+", "")) : undefined;
  return typeof value === "number" && Number.isInteger(value) ? value : undefined;
}

function isNumeral(value: unknown): boolean {
  return typeof value === "string" && (NUMERAL.test(value) || value === "NaN");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function first<Item>(items: readonly Item[], check: (item: Item, index: number) => Text | undefined): Text | undefined {
  for (const [index, item] of items.entries()) {
    const problem = check(item, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function unexpected(kind: string, value: unknown, params?: Readonly<Record<string, string | number>>): Text {
  const shown = JSON.stringify(value) ?? "undefined";
  const got = shown.length > MOST_CHARACTERS ? `${shown.slice(0, MOST_CHARACTERS)}…` : shown;
  return text("errors.expected", { expected: text(kind, params), got });
}
