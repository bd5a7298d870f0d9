import { checkChoice, type FieldProblem, FieldProblems } from "./field-problem";
import { checkInterfaceName, checkWellKnownName, type NameProblem } from "./names";
import { text } from "./text";

/**
 * Who may own and call, as a policy file says it:
 * - `restricted`: the user owns; the user, root and optionally a group call.
 * - `open`: the user owns, anyone calls.
 * - `scoped`: the user owns; anyone, or a group, calls the exported interfaces and the standard ones.
 * - `client`: nobody owns; the user calls a given destination.
 * - `permissive`: anyone owns and calls, as tutorials show it.
 */
export const POLICY_PRESETS = ["restricted", "open", "scoped", "client", "permissive"] as const;
export type PolicyPreset = (typeof POLICY_PRESETS)[number];

/** What a policy file is made from. What a preset has no use for is left alone: `policyFields` says which it uses. */
export interface PolicyOptions {
  readonly preset: PolicyPreset;
  /** The well-known name to own. */
  readonly name: string;
  /** A login name or uid, as the bus's machine knows it. */
  readonly user: string;
  /** A group's name or gid; "" is none. */
  readonly group: string;
  /** What `scoped` lets others call, beside Introspectable, Peer, Properties and ObjectManager. */
  readonly interfaces: readonly string[];
  /** `scoped`: others may write properties too. */
  readonly writable: boolean;
  /** The well-known name that `client` calls. */
  readonly destination: string;
}

export type PolicyField = keyof PolicyOptions;

export const policyDefaults: PolicyOptions = {
  preset: "restricted",
  name: "",
  user: "",
  group: "",
  interfaces: [],
  writable: false,
  destination: "",
};

const FIELDS: Readonly<Record<PolicyPreset, readonly PolicyField[]>> = {
  restricted: ["preset", "name", "user", "group"],
  open: ["preset", "name", "user"],
  scoped: ["preset", "name", "user", "group", "interfaces", "writable"],
  client: ["preset", "user", "destination"],
  permissive: ["preset", "name"],
};

/** The options that a preset uses; the first is `preset` itself. */
export function policyFields(preset: PolicyPreset): readonly PolicyField[] {
  return FIELDS[preset];
}

/** What stands in the way of rendering a file from these options; none where it can be done. */
export function checkPolicyOptions(options: PolicyOptions): readonly FieldProblem<PolicyField>[] {
  const problems = new FieldProblems<PolicyField>();
  problems.add("preset", checkChoice(options.preset, POLICY_PRESETS));
  if (problems.found.length > 0) return problems.found;
  const uses = (field: PolicyField) => FIELDS[options.preset].includes(field);
  if (uses("name")) problems.add("name", checkOwnedName(options.name));
  if (uses("user")) problems.add("user", checkAccount(options.user));
  if (uses("group") && options.group !== "") problems.add("group", checkAccount(options.group));
  if (uses("interfaces")) {
    for (const name of options.interfaces) problems.add("interfaces", checkInterfaceName(name));
  }
  if (uses("destination")) problems.add("destination", checkWellKnownName(options.destination));
  return problems.found;
}

/** A name that a service may ask for ("Message Bus Names"): well-known, and not the bus's own. */
export function checkOwnedName(name: string): NameProblem {
  return name === "org.freedesktop.DBus" ? text("policy.bus-itself") : checkWellKnownName(name);
}

/** The largest uid but one: the largest itself means "no user" to the kernel. */
const MAX_ID = 0xfffffffe;
/** Letters of any script, as directories hand them out (`EXAMPLE\user`, `user@example.com`, `domain users`, `pc1$`). */
const ACCOUNT = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.@\\+-]*(?: [\p{L}\p{M}\p{N}_.@\\+-]+)*\$?$/u;
const MAX_ACCOUNT_LENGTH = 256;

/** A user or group, by name or number. `*` would mean nobody to the bus, and other signs have no place in a name. */
export function checkAccount(account: string): NameProblem {
  if (account === "") return text("policy.account-empty");
  if (/^[0-9]+$/.test(account)) {
    const canonical = account === String(Number(account));
    return canonical && Number(account) <= MAX_ID ? undefined : text("policy.account-number", { account });
  }
  const fits = account.length <= MAX_ACCOUNT_LENGTH && ACCOUNT.test(account);
  return fits ? undefined : text("policy.account", { account: account.slice(0, MAX_ACCOUNT_LENGTH) });
}
