import {
  checkInterfaceName,
  checkMemberName,
  checkNamespace,
  checkObjectPath,
  checkWellKnownName,
  type NameProblem,
} from "../shared/names";
import { checkOwnedName } from "../shared/policy-options";
import type { LintCode, Report } from "./finding";
import { isAboutSending, receiveConditions } from "./grammar";
import type { ConfigElement } from "./parse-policy";

/** Whether this machine has an account of that name or number. */
export interface Accounts {
  hasUser(name: string): boolean;
  hasGroup(name: string): boolean;
}

/** One `<allow>` or `<deny>`, with the `<policy>` that it stands in. */
export interface PlacedRule {
  readonly effect: "allow" | "deny";
  readonly element: ConfigElement;
  readonly scope: Readonly<Record<string, string>>;
}

/** The rules of a file in the order in which they are written. */
export function placedRules(root: ConfigElement): readonly PlacedRule[] {
  return root.children
    .filter(({ name }) => name === "policy")
    .flatMap(({ attributes, children }) =>
      children.flatMap((element): PlacedRule[] =>
        element.name === "allow" || element.name === "deny"
          ? [{ effect: element.name, element, scope: attributes }]
          : [],
      ),
    );
}

/** What can be said about one `<policy>` by itself. */
export function lintScope({ attributes, line }: ConfigElement, accounts: Accounts | undefined, report: Report): void {
  if (attributes["at_console"] !== undefined) report("at-console", line);
  lintAccounts({ user: attributes["user"], group: attributes["group"] }, line, accounts, report);
}

/** What can be said about one rule by itself. */
export function lintRule(rule: PlacedRule, accounts: Accounts | undefined, report: Report): void {
  const { attributes, line } = rule.element;
  if (attributes["user"] !== undefined || attributes["group"] !== undefined) report("connect-rule", line);
  // In a rule, `*` is anyone who connects; in a policy it is no account's name.
  const { user, group } = attributes;
  const anyone = user === "*" || group === "*";
  if (!anyone) lintAccounts({ user, group }, line, accounts, report);
  lintOwn(rule, report);
  lintSend(rule, report);
  const receive = receiveConditions(rule.element);
  if (receive.length > 0) report("receive", line, { names: receive.join(", ") });
  if (attributes["eavesdrop"] === "true" && rule.effect === "allow") report("eavesdrop", line);
  for (const [name, check] of NAMES) {
    const value = attributes[name];
    if (value !== undefined) lintName(name, value, check, line, report);
  }
}

function lintAccounts(
  { user, group }: { readonly user?: string | undefined; readonly group?: string | undefined },
  line: number,
  accounts: Accounts | undefined,
  report: Report,
): void {
  if (user !== undefined && accounts?.hasUser(user) === false) report("unknown-user", line, { user });
  if (group !== undefined && accounts?.hasGroup(group) === false) report("unknown-group", line, { group });
}

function lintOwn({ effect, element, scope }: PlacedRule, report: Report): void {
  const { attributes, line } = element;
  const name = attributes["own"] ?? attributes["own_prefix"];
  if (name === undefined) return;
  if (name === "*") report("own-any", line);
  else if (effect === "allow" && (scope["context"] !== undefined || scope["at_console"] !== undefined)) {
    report("anyone-owns", line, { name });
  }
  // To deny such a name takes nothing from anyone.
  if (effect === "allow" && name.startsWith("org.freedesktop.") && name !== BUS)
    report("reserved-name", line, { name });
}

const BUS = "org.freedesktop.DBus";

function lintSend({ effect, element }: PlacedRule, report: Report): void {
  const { attributes, line } = element;
  if (!isAboutSending(element)) return;
  const prefix = attributes["send_destination_prefix"];
  if (attributes["send_destination"] === "*") report("any-destination", line);
  else if (attributes["send_destination"] === undefined && prefix === undefined) {
    report(effect === "allow" ? "no-destination" : "deny-no-destination", line);
  }
  if (prefix !== undefined) report("destination-prefix", line, { prefix });
  if (effect === "allow" && attributes["send_interface"] === `${BUS}.Monitoring`) report("monitoring", line);
}

type NameCheck = (name: string) => NameProblem;

/** Conditions that hold a name. The bus takes any text here, and one that is no name matches nothing. */
const NAMES: ReadonlyMap<string, NameCheck> = new Map<string, NameCheck>([
  ["own", checkOwnedName],
  ["own_prefix", checkNamespace],
  ["send_destination", checkWellKnownName],
  ["send_destination_prefix", checkNamespace],
  ["receive_sender", checkWellKnownName],
  ...["send_interface", "receive_interface"].map((name): [string, NameCheck] => [name, checkInterfaceName]),
  ...["send_member", "receive_member"].map((name): [string, NameCheck] => [name, checkMemberName]),
  ...["send_path", "receive_path"].map((name): [string, NameCheck] => [name, checkObjectPath]),
]);

function lintName(condition: string, value: string, check: NameCheck, line: number, report: Report): void {
  // `*` alone is the same as no such condition, and is judged where that matters.
  if (value === "*") return;
  const problem = check(value);
  if (problem === undefined) return;
  const code: LintCode = value.includes("*") ? "glob" : value.startsWith(":") ? "unique-name" : "invalid-name";
  report(code, line, { condition, value, problem });
}
