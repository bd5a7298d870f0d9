import { parseSignature } from "./signature";
import { type Text, text } from "./text";

/** A property's first value as a flow value, or why the text is none; `undefined` is the type's zero. */
export type InitialValue = { readonly value: unknown } | { readonly problem: Text };

/**
 * Reads what a person typed as a property's first value: text for the types that are text, JSON for all
 * others. What is no text (a flow written by hand) is taken as it is. Whether it fits is the encoder's to say.
 */
export function initialValue(signature: string, given: unknown): InitialValue {
  if (typeof given !== "string") return { value: given };
  if (signature === "s" || (given !== "" && (signature === "o" || signature === "g"))) return { value: given };
  if (given.trim() === "") return { value: undefined };
  // As a number of JSON it would lose digits.
  if (signature === "x" || signature === "t") return { value: given.trim() };
  try {
    return { value: JSON.parse(given) };
  } catch {
    // A word is a good value for a variant, and the encoder knows what to say of it for a number.
    if (isSimple(signature)) return { value: given };
    return { problem: text("fields.args-json", { value: given }) };
  }
}

function isSimple(signature: string): boolean {
  const parsed = parseSignature(signature);
  const kind = "types" in parsed ? parsed.types[0]?.kind : undefined;
  return kind === "basic" || kind === "variant";
}
