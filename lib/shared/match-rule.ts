import type { SignalSelection } from "./dbus-signal-config";

/** One condition on a signal's argument ("Message Bus: Match Rules", `argN`, `argNpath`, `arg0namespace`). */
export interface ArgumentCondition {
  /** 0 to 63. */
  readonly index: number;
  /** `namespace` goes with index 0 only. */
  readonly kind: "equal" | "path" | "namespace";
  readonly value: string;
}

export const MAX_ARGUMENT_INDEX = 63;

/** A match rule for signals. A field that is left out matches anything. */
export interface MatchRule {
  readonly sender?: string;
  readonly path?: string;
  /** This path and everything below it. */
  readonly pathNamespace?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly args?: readonly ArgumentCondition[];
}

/** The rule as AddMatch takes it. The same rule always gives the same text, so texts can be compared. */
export function formatMatchRule(rule: MatchRule): string {
  const parts = ["type='signal'"];
  const add = (key: string, value: string | undefined) => {
    if (value !== undefined) parts.push(`${key}=${quote(value)}`);
  };
  add("sender", rule.sender);
  add("path", rule.path);
  // "/" as a namespace is every path; dbus-broker and dbus-daemon both take it.
  add("path_namespace", rule.pathNamespace);
  add("interface", rule.interface);
  add("member", rule.member);
  for (const { index, kind, value } of rule.args ?? []) add(`arg${index}${SUFFIX[kind]}`, value);
  return parts.join(",");
}

const SUFFIX = { equal: "", path: "path", namespace: "namespace" } as const;

/** Within apostrophes everything is literal, so an apostrophe is put outside of them, escaped. */
function quote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

const PROPERTIES = "org.freedesktop.DBus.Properties";
const OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager";
const BUS = { sender: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus" };

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

/** The rule for NameOwnerChanged of one name, of all names below one, or (with "") of every name. */
export function nameOwnerRule(name: string, namespace = false): MatchRule {
  const rule = { ...BUS, member: "NameOwnerChanged" };
  if (name === "") return rule;
  return { ...rule, args: [{ index: 0, kind: namespace ? "namespace" : "equal", value: name }] };
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
