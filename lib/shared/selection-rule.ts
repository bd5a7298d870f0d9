import type { SignalSelection } from "./dbus-signal-config";
import { type MatchRule, nameOwnerRule } from "./match-rule";

const PROPERTIES = "org.freedesktop.DBus.Properties";
const OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager";

/** The match rule that a dbus-signal node with these fields listens with; the dialog shows it. */
export function matchRuleOf(selection: SignalSelection): MatchRule {
  const { sender, path, interface: interfaceName } = selection;
  switch (selection.listen) {
    case "signal":
      return {
        ...given("sender", sender),
        ...pathPart(selection),
        ...given("interface", interfaceName),
        ...given("member", selection.member),
        ...(selection.args.length > 0 ? { args: selection.args } : {}),
      };
    case "properties":
      return {
        ...given("sender", sender),
        ...pathPart(selection),
        interface: PROPERTIES,
        member: "PropertiesChanged",
        ...(interfaceName === "" ? {} : { args: [{ index: 0, kind: "equal", value: interfaceName }] }),
      };
    case "objects":
      return { ...given("sender", sender), ...given("path", path), interface: OBJECT_MANAGER };
    case "names":
      return nameOwnerRule(sender, selection.nameNamespace);
  }
}

function pathPart({ path, pathNamespace }: SignalSelection): MatchRule {
  if (path === "") return {};
  return pathNamespace ? { pathNamespace: path } : { path };
}

function given<Key extends "sender" | "path" | "interface" | "member">(
  key: Key,
  value: string,
): { readonly [K in Key]?: string } {
  return value === "" ? {} : ({ [key]: value } as { readonly [K in Key]: string });
}
