import type { Report } from "./finding";
import type { PlacedRule } from "./lint-rules";
import type { ConfigComment } from "./parse-policy";

/** Where the file is, as far as the caller knows it. */
export interface FilePlace {
  /** Without its folder. */
  readonly fileName?: string | undefined;
  /** Permission bits, e.g. 0o644. */
  readonly mode?: number | undefined;
}

/** What shows only in the file as a whole. */
export function lintRules(rules: readonly PlacedRule[], report: Report): void {
  if (rules.length === 0) report("no-rules", 1);
  lintOwnOnly(rules, report);
  for (const [index, rule] of rules.entries()) {
    const subject = rule.effect === "deny" ? subjectOf(rule) : undefined;
    if (subject === undefined || takesBack(rule, index, rules)) continue;
    report("redundant-deny", rule.element.line, { name: subject.name });
  }
}

/** `rules`: those of the file. Without any, the file's name can say nothing wrong. */
export function lintPlace({ fileName, mode }: FilePlace, rules: readonly PlacedRule[], report: Report): void {
  if (fileName !== undefined) lintFileName(fileName, rules, report);
  // The bus reads its files as a user of its own; who may write one may allow himself everything.
  if (mode !== undefined && (mode & 0o7777) !== 0o644) {
    report("mode", 1, { mode: (mode & 0o7777).toString(8).padStart(4, "0") });
  }
}

/** lintian reads rules in comments as if they were in force. */
export function lintComments(comments: readonly ConfigComment[], report: Report): void {
  for (const { content, line } of comments) {
    if (/<(?:allow|deny|policy)\b/.test(content)) report("rule-in-comment", line);
  }
}

function lintFileName(fileName: string, rules: readonly PlacedRule[], report: Report): void {
  if (!fileName.endsWith(".conf")) {
    report("file-extension", 1, { fileName });
    return;
  }
  const owned = ownedNames(rules).map(({ name }) => name);
  const [first] = owned;
  if (first === undefined || owned.includes(fileName.slice(0, -".conf".length))) return;
  report("file-name", 1, { fileName, expected: `${first}.conf` });
}

/** A name that is owned and never called: all that can be done with it is emit signals. */
function lintOwnOnly(rules: readonly PlacedRule[], report: Report): void {
  const called = rules.filter(({ effect }) => effect === "allow").flatMap((rule) => destinationOf(rule) ?? []);
  const seen = new Set<string>();
  for (const owned of ownedNames(rules)) {
    if (seen.has(owned.name) || called.some((subject) => overlap(subject, owned))) continue;
    seen.add(owned.name);
    report("own-only", owned.line, { name: owned.name });
  }
}

/** A bus name, or every name below one. */
interface Subject {
  readonly name: string;
  readonly isPrefix: boolean;
}

function ownedNames(rules: readonly PlacedRule[]): readonly (Subject & { readonly line: number })[] {
  return rules
    .filter(({ effect }) => effect === "allow")
    .flatMap((rule) => {
      const owned = ownedOf(rule);
      return owned === undefined || owned.name === "*" ? [] : [{ ...owned, line: rule.element.line }];
    });
}

function ownedOf({ element: { attributes } }: PlacedRule): Subject | undefined {
  return subject(attributes["own"], attributes["own_prefix"]);
}

function destinationOf({ element: { attributes } }: PlacedRule): Subject | undefined {
  return subject(attributes["send_destination"], attributes["send_destination_prefix"]);
}

function subject(name: string | undefined, prefix: string | undefined): Subject | undefined {
  if (name !== undefined) return { name, isPrefix: false };
  return prefix === undefined ? undefined : { name: prefix, isPrefix: true };
}

function subjectOf(rule: PlacedRule): Subject | undefined {
  const found = ownedOf(rule) ?? destinationOf(rule);
  // What concerns every name is told as such.
  return found?.name === "*" ? undefined : found;
}

function overlap(one: Subject, other: Subject): boolean {
  if (one.name === "*" || other.name === "*" || one.name === other.name) return true;
  return (
    (one.isPrefix && other.name.startsWith(`${one.name}.`)) || (other.isPrefix && one.name.startsWith(`${other.name}.`))
  );
}

/**
 * Whether a deny changes anything: the system bus denies by default, so it can only take back what a
 * rule that counts before it has allowed ("the last rule that matches wins").
 */
function takesBack(deny: PlacedRule, index: number, rules: readonly PlacedRule[]): boolean {
  const owned = ownedOf(deny);
  const denied = owned ?? destinationOf(deny);
  if (denied === undefined) return true;
  return rules.some((rule, at) => {
    const allowed = owned === undefined ? destinationOf(rule) : ownedOf(rule);
    if (rule.effect !== "allow" || allowed === undefined || !overlap(allowed, denied)) return false;
    const order = rank(rule) - rank(deny);
    return order < 0 || (order === 0 && at < index);
  });
}

/** "The policies are applied in this order": default, group, user, at_console, mandatory. */
function rank({ scope }: PlacedRule): number {
  if (scope["context"] === "default") return 0;
  if (scope["group"] !== undefined) return 1;
  if (scope["user"] !== undefined) return 2;
  return scope["at_console"] !== undefined ? 3 : 4;
}
