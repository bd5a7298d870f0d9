import { type LintFinding, lintFinding, type Report } from "./finding";
import { checkGrammar } from "./grammar";
import { type FilePlace, lintComments, lintPlace, lintRules } from "./lint-file";
import { type Accounts, lintRule, lintScope, placedRules } from "./lint-rules";
import { parseConfig } from "./parse-policy";

/** What lint is told beside the file's text; what is left out is not looked at. */
export interface LintCircumstances extends FilePlace {
  /** The accounts of the machine whose bus will read the file. */
  readonly accounts?: Accounts | undefined;
}

/**
 * Judges the text of a policy file of the system bus, whoever wrote it. The findings are in the order
 * of the file; none means that nothing was found. Never throws.
 */
export function lintPolicy(source: string, circumstances: LintCircumstances = {}): readonly LintFinding[] {
  const findings: LintFinding[] = [];
  const report: Report = (code, line, params) => findings.push(lintFinding(code, line, params));
  const parsed = parseConfig(source);
  if (parsed.ok) {
    const { root, comments } = parsed;
    checkGrammar(root, report);
    const rules = placedRules(root);
    const policies = root.children.filter(({ name }) => name === "policy");
    for (const policy of policies) lintScope(policy, circumstances.accounts, report);
    for (const rule of rules) lintRule(rule, circumstances.accounts, report);
    if (root.name === "busconfig") lintRules(rules, report);
    lintComments(comments, report);
    lintPlace(circumstances, rules, report);
  } else {
    const { line, column, reason } = parsed;
    report("broken-xml", line, { line, column, reason });
    lintPlace(circumstances, [], report);
  }
  return findings.sort((one, other) => one.line - other.line);
}

/** Whether a file with these findings should go nowhere. */
export function hasErrors(findings: readonly LintFinding[]): boolean {
  return findings.some(({ severity }) => severity === "error");
}
