import { LARGE_INTEGERS, type LargeIntegerType, SMALL_INTEGERS, type SmallIntegerType } from "../shared/integer-range";
import { checkObjectPath } from "../shared/names";
import { checkSignature } from "../shared/signature";
import { type Text, text } from "../shared/text";
import { describeValue } from "./describe";
import { mismatch, ValueFault } from "./fault";

const DECIMAL_INTEGER = /^[+-]?\d{1,400}$/;
const DECIMAL_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const NOT_FINITE = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

/** `y n q i u` from a number, bigint, decimal string or boolean. Throws ValueFault. */
export function toSmallInteger(type: SmallIntegerType, value: unknown): number {
  const [least, most] = SMALL_INTEGERS[type];
  const found = integerFrom(value);
  if (found !== undefined && found >= least && found <= most) return found;
  throw mismatch(type, text("kinds.integer", { least, most }), describeValue(value));
}

function integerFrom(value: unknown): number | undefined {
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) ? value : undefined;
    case "boolean":
      return value ? 1 : 0;
    case "bigint":
      return Number(value);
    case "string":
      return DECIMAL_INTEGER.test(value) ? Number(value) : undefined;
    default:
      return undefined;
  }
}

/** `x t` from a number, bigint or decimal string, against the full 64-bit range. Throws ValueFault. */
export function toLargeInteger(type: LargeIntegerType, value: unknown): bigint {
  const [least, most] = LARGE_INTEGERS[type];
  const found = bigintFrom(value);
  if (found !== undefined && found >= least && found <= most) return found;
  throw mismatch(type, text("kinds.integer", { least: least.toString(), most: most.toString() }), describeValue(value));
}

function bigintFrom(value: unknown): bigint | undefined {
  switch (typeof value) {
    case "bigint":
      return value;
    case "number":
      return Number.isInteger(value) ? BigInt(value) : undefined;
    case "string":
      // BigInt() reads no leading plus.
      return DECIMAL_INTEGER.test(value) ? BigInt(value.replace("+", "")) : undefined;
    default:
      return undefined;
  }
}

/** `d` from a number, a bigint that a double holds exactly, or a decimal string. Throws ValueFault. */
export function toDouble(value: unknown): number {
  if (typeof value === "number") return value;
  const found = doubleFrom(value);
  if (found === undefined) throw mismatch("d", text("kinds.number"), describeValue(value));
  return found;
}

function doubleFrom(value: unknown): number | undefined {
  if (typeof value === "bigint") {
    const near = Number(value);
    return Number.isFinite(near) && BigInt(near) === value ? near : undefined;
  }
  if (typeof value !== "string") return undefined;
  if (!DECIMAL_NUMBER.test(value)) return NOT_FINITE.get(value);
  const found = Number(value);
  return Number.isFinite(found) ? found : undefined;
}

/** `b` from a boolean, 0 or 1, "true" or "false". Throws ValueFault. */
export function toBoolean(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  if (value === 1 || value === 1n || value === "true") return true;
  if (value === 0 || value === 0n || value === "false") return false;
  throw mismatch("b", text("kinds.boolean"), describeValue(value));
}

/**
 * `s` from a string, number, bigint or boolean. What no D-Bus string may hold is checked apart, by
 * `checkNul` and `checkSurrogates`, because the encoder sees most of it in passing. Throws ValueFault.
 */
export function toText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    default:
      throw mismatch("s", text("kinds.string"), describeValue(value));
  }
}

/** `o` from a string. Throws ValueFault. */
export function toObjectPath(value: unknown): string {
  return checked("o", "kinds.object-path", checkObjectPath, value);
}

/** `g` from a string. Throws ValueFault. */
export function toSignature(value: unknown): string {
  return checked("g", "kinds.signature", checkSignature, value);
}

function checked(type: "o" | "g", kind: string, check: (value: string) => Text | undefined, value: unknown): string {
  if (typeof value !== "string") throw mismatch(type, text(kind), describeValue(value));
  const problem = check(value);
  if (problem !== undefined) throw new ValueFault("DBUS_INVALID_ARGUMENT", problem, type);
  return value;
}

/** "Marshaling: STRING": no NUL inside. Throws ValueFault. */
export function checkNul(value: string): void {
  const nul = value.indexOf("\0");
  if (nul >= 0) throw textFault("errors.nul", nul, "s");
}

/** A lone surrogate would silently become U+FFFD. Throws ValueFault. */
export function checkSurrogates(value: string, signature: string): void {
  const lone = /\p{Surrogate}/u.exec(value);
  if (lone !== null) throw textFault("errors.lone-surrogate", lone.index, signature);
}

function textFault(key: string, index: number, signature: string): ValueFault {
  return new ValueFault("DBUS_INVALID_ARGUMENT", text(key, { position: index + 1 }), signature);
}
