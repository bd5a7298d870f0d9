import { type DBusType, parseSignature } from "../shared/signature";
import { text } from "../shared/text";
import { type StoredValue, storeValue } from "../wire/stored-value";

/** What a property is before anybody says: 0, "", false, an empty container; `/` for a path, 0 for a variant. */
export function zeroOf(signature: string): StoredValue {
  const parsed = parseSignature(signature);
  const type = "types" in parsed ? parsed.types[0] : undefined;
  return storeValue(signature, type === undefined ? undefined : zero(type), text("places.property", { name: "" }));
}

function zero(type: DBusType): unknown {
  switch (type.kind) {
    case "basic":
      return BASIC_ZEROS[type.signature] ?? 0;
    case "variant":
      return 0;
    case "array":
      return [];
    case "dict":
      return {};
    case "struct":
      return type.fields.map(zero);
  }
}

const BASIC_ZEROS: Readonly<Record<string, unknown>> = { s: "", g: "", o: "/", b: false };
