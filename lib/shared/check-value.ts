import { LARGE_INTEGERS, SMALL_INTEGERS } from "./integer-range";
import { checkObjectPath } from "./names";
import { type BasicType, checkSignature, checkSingleType, type DBusType, parseSignature } from "./signature";
import { type Text, text } from "./text";
import { isTypedVariant } from "./typed-variant";

const MOST_CHARACTERS = 40;
/** "Message Protocol": containers in each other, variants included. The encoder counts exactly. */
const MOST_LEVELS = 64;
const DECIMAL = /^[+-]?\d{1,400}$/;
const NUMERAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const NOT_FINITE: readonly string[] = ["NaN", "Infinity", "-Infinity"];

/**
 * Why a value that was read from JSON does not go with a type, for a person who is typing it; undefined
 * where it does. The encoder has the last word; what this lets pass (a variant's inside) it judges.
 */
export function checkValue(type: DBusType, value: unknown): Text | undefined {
  switch (type.kind) {
    case "basic":
      return checkBasic(type.signature, value);
    case "variant":
      return checkVariant(value, 0);
    case "array":
      if (type.element.signature === "y" && typeof value === "string") return checkSurrogates(value);
      if (!Array.isArray(value))
        return unexpected(type.element.signature === "y" ? "kinds.bytes" : "kinds.array", value);
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

function checkVariant(value: unknown, depth: number): Text | undefined {
  if (depth > MOST_LEVELS) return text("errors.too-deep", { most: MOST_LEVELS });
  if (isTypedVariant(value)) {
    const { signature, value: inner } = value;
    const parsed = parseSignature(signature);
    const [type] = "types" in parsed ? parsed.types : [];
    const problem = checkSingleType(signature);
    if (problem !== undefined || type === undefined) return problem;
    if (signature.includes("h")) return text("errors.file-descriptors");
    return type.kind === "variant" ? checkVariant(inner, depth + 1) : checkValue(type, inner);
  }
  if (value === null) return unexpected("kinds.any-value", value);
  if (typeof value === "string") return checkText(value);
  if (typeof value !== "object") return undefined;
  return first(Object.entries(value), ([key, inner]) => checkText(key) ?? checkVariant(inner, depth + 1));
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
      // The encoder makes a number of true and false for the small ones only.
      return checkInteger(LARGE_INTEGERS[type], value === true || value === false ? null : value, value);
    case "d":
      return typeof value === "number" || isNumeral(value) ? undefined : unexpected("kinds.number", value);
    case "b":
      return [true, false, 0, 1, "true", "false"].includes(value as string)
        ? undefined
        : unexpected("kinds.boolean", value);
    case "s":
      if (typeof value === "string") return checkText(value);
      return ["number", "boolean"].includes(typeof value) ? undefined : unexpected("kinds.string", value);
    case "o":
      return typeof value === "string" ? checkObjectPath(value) : unexpected("kinds.object-path", value);
    case "g":
      return typeof value === "string" ? checkSignature(value) : unexpected("kinds.signature", value);
    case "h":
      return text("errors.file-descriptors");
  }
}

function checkInteger(
  [least, most]: readonly [number | bigint, number | bigint],
  value: unknown,
  given = value,
): Text | undefined {
  const found = integerFrom(value);
  const fits = found !== undefined && found >= least && found <= most;
  return fits ? undefined : unexpected("kinds.integer", given, { least: String(least), most: String(most) });
}

/** What no D-Bus string may hold. */
function checkText(value: string): Text | undefined {
  const nul = value.indexOf("\0");
  return nul < 0 ? checkSurrogates(value) : text("errors.nul", { position: nul + 1 });
}

function checkSurrogates(value: string): Text | undefined {
  const lone = /\p{Surrogate}/u.exec(value);
  return lone === null ? undefined : text("errors.lone-surrogate", { position: lone.index + 1 });
}

function integerFrom(value: unknown): number | bigint | undefined {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "string") return DECIMAL.test(value) ? BigInt(value.replace("+", "")) : undefined;
  return typeof value === "number" && Number.isInteger(value) ? value : undefined;
}

function isNumeral(value: unknown): boolean {
  if (typeof value !== "string") return false;
  // A number of which the digits say more than a double can hold is not infinite.
  return NOT_FINITE.includes(value) || (NUMERAL.test(value) && Number.isFinite(Number(value)));
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
