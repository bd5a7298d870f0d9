import type { Report } from "./finding";
import type { ConfigElement } from "./parse-policy";

/**
 * What dbus-daemon makes of a file before any rule counts: on any of these it skips the whole file,
 * with a line in its log. From `bus/config-parser.c` of 1.14, tried one by one on a real daemon.
 */

/** Legal in a policy file by the parser, but about the bus as a whole. */
const DAEMON_SETTINGS = new Set(
  (
    "user type fork listen pidfile auth allow_anonymous include includedir servicedir servicehelper limit syslog " +
    "keep_umask standard_session_servicedirs standard_system_servicedirs apparmor"
  ).split(" "),
);
/** SELinux contexts for names: a policy file's own business, which is not looked into. */
const LEFT_ALONE = new Set(["selinux"]);

const SCOPES = ["context", "user", "group", "at_console"];
const CONTEXTS = ["default", "mandatory"];
const BOOLEANS = ["true", "false"];
const TYPES = ["*", "method_call", "method_return", "signal", "error"];

const VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ["send_type", TYPES],
  ["receive_type", TYPES],
  ...["eavesdrop", "send_broadcast", "send_requested_reply", "receive_requested_reply", "log"].map(
    (name): [string, readonly string[]] => [name, BOOLEANS],
  ),
]);
const MESSAGE_PARTS = ["interface", "member", "error", "path", "type", "requested_reply"];
const SEND = new Set(
  ["destination", "destination_prefix", "broadcast", ...MESSAGE_PARTS].map((part) => `send_${part}`),
);
const RECEIVE = new Set(["sender", ...MESSAGE_PARTS].map((part) => `receive_${part}`));
const EITHER = new Set(["eavesdrop", "max_fds", "min_fds"]);
const ALONE = new Set(["own", "own_prefix", "user", "group"]);
const MAX_FDS = 33554432;

/** Reports what makes the bus skip the file; what is left is worth looking into even so. */
export function checkGrammar(root: ConfigElement, report: Report): void {
  if (root.name !== "busconfig") {
    report("not-busconfig", root.line, { element: root.name });
    return;
  }
  refuseText(root, report);
  for (const element of root.children) {
    if (element.name === "policy") checkPolicy(element, report);
    else if (DAEMON_SETTINGS.has(element.name)) report("daemon-setting", element.line, { element: element.name });
    else if (!LEFT_ALONE.has(element.name)) unknownElement(element, root, report);
  }
}

/** Whether a rule is about sending, by any of its conditions. */
export function isAboutSending({ attributes }: ConfigElement): boolean {
  return Object.keys(attributes).some((name) => SEND.has(name));
}

export function receiveConditions({ attributes }: ConfigElement): readonly string[] {
  return Object.keys(attributes).filter((name) => RECEIVE.has(name));
}

function checkPolicy(policy: ConfigElement, report: Report): void {
  refuseText(policy, report);
  const names = Object.keys(policy.attributes);
  for (const name of names.filter((name) => !SCOPES.includes(name))) unknownAttribute(policy, name, report);
  if (names.filter((name) => SCOPES.includes(name)).length !== 1) report("policy-scope", policy.line);
  checkValue(policy, "context", CONTEXTS, report);
  checkValue(policy, "at_console", BOOLEANS, report);
  for (const rule of policy.children) {
    if (rule.name === "allow" || rule.name === "deny") checkRule(rule, policy, report);
    else unknownElement(rule, policy, report);
  }
}

function checkRule(rule: ConfigElement, policy: ConfigElement, report: Report): void {
  refuseText(rule, report);
  for (const child of rule.children) unknownElement(child, rule, report);
  const names = Object.keys(rule.attributes);
  for (const name of names) {
    if (!isKnown(name)) unknownAttribute(rule, name, report);
    checkValue(rule, name, VALUES.get(name), report);
    if (name.endsWith("_fds")) checkCount(rule, name, report);
  }
  checkCombination(rule, policy, report);
}

/** Which conditions go together, in the words of `append_rule_from_element`. */
function checkCombination(rule: ConfigElement, policy: ConfigElement, report: Report): void {
  const { attributes, line } = rule;
  const names = Object.keys(attributes).filter(isKnown);
  const has = (name: string) => attributes[name] !== undefined;
  if (!names.some((name) => !["log", "max_fds", "min_fds"].includes(name))) {
    report("no-condition", line, { element: rule.name });
  }
  const alone = names.filter((name) => ALONE.has(name));
  const sending = names.filter((name) => SEND.has(name));
  const receiving = names.filter((name) => RECEIVE.has(name));
  const message = names.filter((name) => SEND.has(name) || RECEIVE.has(name) || EITHER.has(name));
  const mixed = (conditions: readonly string[]) => report("mixed-conditions", line, { names: conditions.join(", ") });
  if (alone.length > 1 || (alone.length > 0 && message.length > 0)) mixed([...alone, ...message]);
  else if (sending.length > 0 && receiving.length > 0) mixed([...sending, ...receiving]);
  else if (has("send_destination") && has("send_destination_prefix")) mixed(sending);
  for (const way of ["send", "receive"]) {
    const [member, error, path, part] = ["member", "error", "path", "interface"].map((name) => has(`${way}_${name}`));
    if (member && !part && !path) report("member-alone", line, { name: `${way}_member` });
    else if (error && (member || part)) mixed([`${way}_error`, `${way}_${part ? "interface" : "member"}`]);
  }
  if (attributes["send_broadcast"] === "true" && (has("send_destination") || has("send_destination_prefix"))) {
    report("never-matches", line);
  }
  const perUser = policy.attributes["user"] !== undefined || policy.attributes["group"] !== undefined;
  if (perUser && (has("user") || has("group"))) report("not-global", line);
}

function isKnown(name: string): boolean {
  return SEND.has(name) || RECEIVE.has(name) || EITHER.has(name) || ALONE.has(name) || name === "log";
}

function checkValue(
  { attributes, line }: ConfigElement,
  name: string,
  values: readonly string[] | undefined,
  report: Report,
): void {
  const value = attributes[name];
  if (value === undefined || values === undefined || values.includes(value)) return;
  report("bad-value", line, { name, value, expected: values.join(", ") });
}

function checkCount({ attributes, line }: ConfigElement, name: string, report: Report): void {
  const value = attributes[name] ?? "";
  if (/^\d{1,8}$/.test(value) && Number(value) <= MAX_FDS) return;
  report("bad-value", line, { name, value, expected: `0 … ${MAX_FDS}` });
}

function refuseText({ hasText, name, line }: ConfigElement, report: Report): void {
  if (hasText) report("stray-text", line, { element: name });
}

function unknownElement({ name, line }: ConfigElement, parent: ConfigElement, report: Report): void {
  report("unknown-element", line, { element: name, parent: parent.name });
}

function unknownAttribute({ name: element, line }: ConfigElement, name: string, report: Report): void {
  report("unknown-attribute", line, { name, element });
}
