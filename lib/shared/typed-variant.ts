/** A variant whose type is stated. Instances of dbus-next's `Variant` fit it too. */
export interface TypedVariant {
  readonly signature: string;
  readonly value: unknown;
}

/** Exactly the own keys `signature` (a string) and `value`: any other object is a dict. */
export function isTypedVariant(value: unknown): value is TypedVariant {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "signature")) return false;
  const keys = Object.keys(value);
  return (
    keys.length === 2 &&
    Object.hasOwn(value, "value") &&
    typeof (value as { signature?: unknown }).signature === "string"
  );
}
