import type { InterfaceEntry, MethodEntry, PropertyEntry, SignalEntry } from "../../lib/shared/admin";

/** What a field for a member is about: methods to call, properties to read or to write, signals. */
export type MemberUse = "call" | "read" | "write" | "listen";

/** A member of an object that is on the bus, and what it is wanted for. */
export type MemberChoice = { readonly interfaceName: string; readonly standard: boolean } & (
  | { readonly use: "call"; readonly entry: MethodEntry }
  | { readonly use: "read" | "write"; readonly entry: PropertyEntry }
  | { readonly use: "listen"; readonly entry: SignalEntry }
);

/** The members that can be used so, in the interfaces' order. */
export function membersFor(interfaces: readonly InterfaceEntry[], use: MemberUse): readonly MemberChoice[] {
  return interfaces.flatMap((entry) => membersOf(entry, use));
}

function membersOf(from: InterfaceEntry, use: MemberUse): readonly MemberChoice[] {
  const at = { interfaceName: from.name, standard: from.standard };
  switch (use) {
    case "call":
      return from.methods.map((entry) => ({ ...at, use, entry }));
    case "read":
      return from.properties.filter(({ access }) => access !== "write").map((entry) => ({ ...at, use, entry }));
    case "write":
      return from.properties.filter(({ access }) => access !== "read").map((entry) => ({ ...at, use, entry }));
    case "listen":
      return from.signals.map((entry) => ({ ...at, use, entry }));
  }
}
