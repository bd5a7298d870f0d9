import type { ArgumentInputType, ArgumentRow } from "./dbus-call-config";
import { isPlaceholder } from "./field-problem";
import { literalValue } from "./literal-value";
import { checkSingleType } from "./signature";
import { isTypedVariant } from "./typed-variant";

/** The types that a variant most often holds, for a choice; any other can be had as `{signature, value}`. */
export const VARIANT_TYPES: readonly string[] = [
  "s",
  "b",
  "i",
  "u",
  "d",
  "y",
  "n",
  "q",
  "x",
  "t",
  "o",
  "g",
  "ay",
  "as",
  "a{ss}",
  "a{sv}",
];

/** A variant's row taken apart: the type that it states ("" for none: by the value) and the value's own row. */
export interface VariantRow {
  readonly signature: string;
  readonly row: ArgumentRow;
}

/** Takes `{signature, value}` apart, where nothing is lost by it. */
export function readVariantRow(row: ArgumentRow): VariantRow {
  const literal = row.type === "json" && !isPlaceholder(row.value) ? literalValue(row) : undefined;
  const value = literal !== undefined && "value" in literal ? literal.value : undefined;
  if (!isTypedVariant(value) || checkSingleType(value.signature) !== undefined) return { signature: "", row };
  const inner = rowOf(value.signature, value.value);
  return inner === undefined ? { signature: "", row } : { signature: value.signature, row: inner };
}

/** The other way. What is looked up later can't be wrapped: its type is that of the value then. */
export function writeVariantRow({ signature, row }: VariantRow): ArgumentRow {
  if (signature === "" || !WRITTEN_DOWN.includes(row.type)) return row;
  return { value: `{"signature":${JSON.stringify(signature)},"value":${jsonOf(row)}}`, type: "json" };
}

const WRITTEN_DOWN: readonly ArgumentInputType[] = ["str", "num", "bool", "json", "bin"];

function rowOf(signature: string, value: unknown): ArgumentRow | undefined {
  if (/^[ynqiuxtd]$/.test(signature) && (typeof value === "number" || typeof value === "string")) {
    // JSON has dropped the last digits of such a number already: shown, they would look like the truth.
    if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) return undefined;
    return { value: String(value), type: "num" };
  }
  if (signature === "b" && typeof value === "boolean") return { value: String(value), type: "bool" };
  if (/^[sog]$/.test(signature) && typeof value === "string") return { value, type: "str" };
  return { value: JSON.stringify(value), type: signature === "ay" ? "bin" : "json" };
}

/** As JSON. What is not valid yet stays as it is, so that the checks and the reader see it. */
function jsonOf(row: ArgumentRow): string {
  if (row.type === "json" || row.type === "bin") return row.value;
  const literal = literalValue(row);
  const value = literal !== undefined && "value" in literal ? literal.value : row.value;
  return JSON.stringify(typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
}
