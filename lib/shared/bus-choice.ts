/** The fields with which each node chooses its bus. There is no config node: see docs/architecture.md. */
export interface BusChoice {
  /** `msg` (dbus-call only): taken from `msg.dbus.bus` or `msg.dbus.address`. */
  readonly bus: "system" | "session" | "address" | "msg";
  /** A D-Bus address, with `bus: "address"`. */
  readonly address: string;
}

/** Which bus, once that is settled. */
export type BusTarget =
  | { readonly kind: "system" | "session" }
  | { readonly kind: "address"; readonly address: string };

/** How received 64-bit integers come out: `auto` is a number where it is a safe integer, else decimal text. */
export type Int64Form = "auto" | "string" | "bigint";
export const INT64_FORMS: readonly Int64Form[] = ["auto", "string", "bigint"];
