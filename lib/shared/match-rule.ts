/** One condition on a signal's argument ("Message Bus: Match Rules", `argN`, `argNpath`, `arg0namespace`). */
export interface ArgumentCondition {
  /** 0 to 63. */
  readonly index: number;
  /** `namespace` goes with index 0 only. */
  readonly kind: "equal" | "path" | "namespace";
  readonly value: string;
}

export const MAX_ARGUMENT_INDEX = 63;
/** dbus-daemon refuses a longer rule (DBUS_MAXIMUM_MATCH_RULE_LENGTH). */
export const MAX_MATCH_RULE_BYTES = 1024;

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
  const args = [...(rule.args ?? [])].sort((one, other) => one.index - other.index);
  for (const { index, kind, value } of args) add(`arg${index}${SUFFIX[kind]}`, value);
  return parts.join(",");
}

const SUFFIX = { equal: "", path: "path", namespace: "namespace" } as const;

/** Within apostrophes everything is literal, so an apostrophe is put outside of them, escaped. */
function quote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

const BUS = { sender: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus" };

/** The rule for NameOwnerChanged of one name, of all names below one, or (with "") of every name. */
export function nameOwnerRule(name: string, namespace = false): MatchRule {
  const rule = { ...BUS, member: "NameOwnerChanged" };
  if (name === "") return rule;
  return { ...rule, args: [{ index: 0, kind: namespace ? "namespace" : "equal", value: name }] };
}
