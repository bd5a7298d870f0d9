import { systemBusMachine } from "../lib/environment/bus-machine";
import { probeEnvironment } from "../lib/environment/probe";
import { hostUid } from "../lib/environment/situation";
import type { LintFinding } from "../lib/policy/finding";
import { lintPolicy } from "../lib/policy/lint";
import { presetWarning } from "../lib/policy/render";
import type { PolicyOptions } from "../lib/shared/policy-options";
import { policyFields } from "../lib/shared/policy-options";
import { renderText, type Text, type Translate, text } from "../lib/shared/text";
import { accounts } from "./accounts";
import type { CommandContext } from "./command";

/** Notes and warnings, each once, on standard error. */
export function warnAll(texts: readonly Text[], { translate, warn }: CommandContext): void {
  for (const line of new Set(texts.map((one) => renderText(one, translate)))) {
    warn(translate("cli.policy.warning", { text: line }));
  }
}

/** What is worth saying about these options before anything is written. */
export function warningsOf(policies: readonly PolicyOptions[]): readonly Text[] {
  return policies.flatMap((options) => {
    const used = policyFields(options.preset);
    const { user, group } = options;
    return [
      presetWarning(options),
      used.includes("user") && !accounts.hasUser(user) ? text("policy.lint.unknown-user", { user }) : undefined,
      used.includes("group") && group !== "" && !accounts.hasGroup(group)
        ? text("policy.lint.unknown-group", { group })
        : undefined,
    ].filter((warning) => warning !== undefined);
  });
}

/** Of a process whose bus reads its files elsewhere; undefined of any other. */
export function containerWarning(facts = probeEnvironment()): Text | undefined {
  if (systemBusMachine(facts) !== "host") return undefined;
  return text("cli.policy.container", { user: String(hostUid(facts) ?? facts.userName) });
}

/** The findings about a file that this machine's bus will read. */
export function lintHere(content: string, fileName?: string, mode?: number): readonly LintFinding[] {
  return lintPolicy(content, { fileName, mode, accounts });
}

/** `file:line: error|warning code text`, the form of compilers, which editors understand. */
export function findingLine(file: string, { line, severity, code, text: what }: LintFinding, translate: Translate) {
  return `${file}:${line}: ${severity} ${code} ${renderText(what, translate)}`;
}
