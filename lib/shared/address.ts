import { type Text, text } from "./text";

/** One of an address's alternatives: `unix:path=/run/bus,guid=...`, its keys unescaped. */
export interface AddressEntry {
  readonly transport: string;
  readonly keys: ReadonlyMap<string, string>;
  /** As it was written. */
  readonly source: string;
}

/** Parsed alternatives in the order in which they are tried, or why the address is not valid. */
export type ParsedAddress = { readonly entries: readonly AddressEntry[] } | { readonly problem: Text };

/**
 * The syntax of "Server Addresses": `transport:key=value,key=value;transport:...`. Which transports
 * and keys are understood is `lib/wire`'s business.
 */
export function parseAddress(address: string): ParsedAddress {
  const entries: AddressEntry[] = [];
  for (const source of address.split(";")) {
    if (source === "") continue;
    const colon = source.indexOf(":");
    if (colon < 1) return { problem: text("address.no-transport", { entry: source }) };
    const keys = new Map<string, string>();
    for (const pair of source.slice(colon + 1).split(",")) {
      if (pair === "") continue;
      const equals = pair.indexOf("=");
      if (equals < 1) return { problem: text("address.no-value", { entry: source, pair }) };
      const key = pair.slice(0, equals);
      if (keys.has(key)) return { problem: text("address.key-twice", { entry: source, key }) };
      const value = unescapeValue(pair.slice(equals + 1));
      if (value === undefined) return { problem: text("address.bad-escape", { entry: source, pair }) };
      keys.set(key, value);
    }
    entries.push({ transport: source.slice(0, colon), keys, source });
  }
  return entries.length === 0 ? { problem: text("address.empty") } : { entries };
}

/** `%20` and its kin are bytes of UTF-8 text; undefined where an escape is broken. */
function unescapeValue(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
