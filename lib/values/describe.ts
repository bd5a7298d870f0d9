import { types } from "node:util";
import { type Text, type TextParam, text } from "../shared/text";

const MOST_CHARACTERS = 40;

/** What came, for the end of "expected a string, got ...". Reads nothing inside an object, so it cannot throw. */
export function describeValue(value: unknown): Text {
  if (value === null) return text("kinds.null");
  switch (typeof value) {
    case "undefined":
      return text("kinds.undefined");
    case "string":
      return text("kinds.text", { value: excerpt(value) });
    case "number":
    case "bigint":
    case "boolean":
      return text("kinds.literal", { value: excerpt(String(value)) });
    case "function":
      return text("kinds.function");
    case "symbol":
      return text("kinds.symbol");
    default:
      return text(kindOfObject(value as object));
  }
}

/** Text as a person can read it: shortened, what has no glyph replaced. */
export function excerpt(value: string): TextParam {
  const start = value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value;
  // Control characters and lone surrogates, so that no log or status line is broken by them.
  return start.replace(/[\p{Cc}\p{Surrogate}]/gu, "\ufffd");
}

function kindOfObject(value: object): string {
  if (types.isProxy(value)) return "kinds.object";
  if (Array.isArray(value)) return "kinds.array";
  if (types.isUint8Array(value)) return "kinds.buffer";
  if (types.isMap(value)) return "kinds.map";
  if (types.isSet(value)) return "kinds.set";
  if (types.isDate(value)) return "kinds.date";
  return "kinds.object";
}
