import { type Text, text } from "../shared/text";
import { isBytes, tagOf } from "./containers";

const MOST_CHARACTERS = 40;

/** What came, for the end of "expected a string, got ...". Never throws. */
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
export function excerpt(value: string): string {
  const start = value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value;
  // Control characters and lone surrogates, so that no log or status line is broken by them.
  return start.replace(/[\p{Cc}\p{Surrogate}]/gu, "\ufffd");
}

function kindOfObject(value: object): string {
  try {
    if (isBytes(value)) return "kinds.buffer";
    return KIND_OF_TAG.get(tagOf(value)) ?? "kinds.object";
  } catch {
    // A proxy that will not say what it is.
    return "kinds.object";
  }
}

const KIND_OF_TAG = new Map([
  ["[object Array]", "kinds.array"],
  ["[object Map]", "kinds.map"],
  ["[object Set]", "kinds.set"],
  ["[object Date]", "kinds.date"],
]);
