import type { Report } from "./finding";
import type { PlacedRule } from "./lint-rules";
import { NameIndex, type NameRange } from "./name-index";
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
  lintDenies(rules, report);
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
  const called = new NameIndex();
  for (const rule of rules) {
    const destination = rule.effect === "allow" ? destinationOf(rule) : undefined;
    if (destination !== undefined) called.add(destination, 0);
  }
  const seen = new Set<string>();
  for (const owned of ownedNames(rules)) {
    if (seen.has(owned.name) || called.first(owned) === 0) continue;
    seen.add(owned.name);
    report("own-only", owned.line, { name: owned.name });
  }
}

/**
 * The system bus denies by default, so a deny changes something only where it takes back what a rule
 * that counts before it has allowed ("the last rule that matches wins"). A name that the file allows
 * nowhere is another file's: it may be the one whose rule is taken back.
 */
function lintDenies(rules: readonly PlacedRule[], report: Report): void {
  const place = (rule: PlacedRule, index: number) => rank(rule) * rules.length + index;
  const owned = new NameIndex();
  const called = new NameIndex();
  for (const [index, rule] of rules.entries()) {
    if (rule.effect !== "allow") continue;
    const [own, destination] = [ownedOf(rule), destinationOf(rule)];
    if (own !== undefined) owned.add(own, place(rule, index));
    if (destination !== undefined) called.add(destination, place(rule, index));
  }
  for (const [index, rule] of rules.entries()) {
    if (rule.effect !== "deny") continue;
    const [own, destination] = [ownedOf(rule), destinationOf(rule)];
    const denied = own ?? destination;
    // What concerns every name is told as such.
    if (denied === undefined || denied.name === "*") continue;
    const allowed = own === undefined ? called : owned;
    const first = allowed.first(denied);
    if (first !== Infinity && first > place(rule, index))
      report("redundant-deny", rule.element.line, { name: denied.name });
  }
}

function ownedNames(rules: readonly PlacedRule[]): readonly (NameRange & { readonly line: number })[] {
  return rules.flatMap((rule) => {
    const owned = rule.effect === "allow" ? ownedOf(rule) : undefined;
    return owned === undefined || owned.name === "*" ? [] : [{ ...owned, line: rule.element.line }];
  });
}

function ownedOf({ element: { attributes } }: PlacedRule): NameRange | undefined {
  return range(attributes["own"], attributes["own_prefix"]);
}

function destinationOf({ element: { attributes } }: PlacedRule): NameRange | undefined {
  return range(attributes["send_destination"], attributes["send_destination_prefix"]);
}

function range(name: string | undefined, prefix: string | undefined): NameRange | undefined {
  if (name !== undefined) return { name, isPrefix: false };
  return prefix === undefined ? undefined : { name: prefix, isPrefix: true };
}

/** "The policies are applied in this order": default, group, user, at_console, mandatory. */
function rank({ scope }: PlacedRule): number {
  if (scope["context"] === "default") return 0;
  if (scope["group"] !== undefined) return 1;
  if (scope["user"] !== undefined) return 2;
  return scope["at_console"] !== undefined ? 3 : 4;
}
