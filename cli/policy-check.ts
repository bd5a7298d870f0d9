import { basename, join } from "node:path";
import { readInstalled } from "../lib/environment/installed-policy";
import { RELOAD_COMMAND } from "../lib/policy/command-line";
import { hasErrors } from "../lib/policy/lint";
import { policyFileName, renderPolicy } from "../lib/policy/render";
import { installCommand, POLICY_DIRECTORY } from "../lib/shared/policy-command";
import type { PolicyOptions } from "../lib/shared/policy-options";
import { renderText } from "../lib/shared/text";
import { type CommandContext, type ExitCode, reasonOf } from "./command";
import { lineDifference } from "./line-difference";
import { type LiveState, livePolicy } from "./live-policy";
import { liveText } from "./live-text";
import { findingLine, lintHere, warnAll } from "./policy-output";
import { readPolicyRequest } from "./policy-request";

/**
 * `policy check [OPTIONS] [--try]`: whether the file is installed as it would be rendered, and what the
 * running bus says to it. Changes nothing; `--try` asks the bus for the name, for a moment and only
 * where nobody owns it. 1: the file is not in order, or the bus does not go by it, or there is no bus.
 */
export async function policyCheck(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { policies, notes, switches } = readPolicyRequest(args, ["try", "dir"], false);
  warnAll(notes, context);
  let failed = policies.length === 0;
  for (const options of policies) {
    const fileIsFine = checkFile(switches.dir ?? POLICY_DIRECTORY, options, context);
    const live = await livePolicy(options, switches.try);
    context.print(renderText(liveText(live, options), context.translate));
    if (fileIsFine && live.state === "refused") {
      context.print(context.translate("cli.policy.reload", { command: RELOAD_COMMAND }));
    }
    failed ||= !fileIsFine || speaksAgainst(live, options);
  }
  return failed ? 1 : 0;
}

function checkFile(directory: string, options: PolicyOptions, { print, translate }: CommandContext): boolean {
  const file = join(directory, policyFileName(options));
  let present: ReturnType<typeof readInstalled>;
  try {
    present = readInstalled(file);
  } catch (error) {
    print(translate("cli.policy.unreadable", { file, reason: reasonOf(error) }));
    return false;
  }
  if (present === undefined) {
    print(translate("cli.policy.missing", { file, command: installCommand(options, directory) }));
    return false;
  }
  const wanted = renderPolicy(options);
  const isSame = present.content === wanted;
  print(translate(isSame ? "cli.policy.in-place" : "cli.policy.differs", { file }));
  if (!isSame) for (const line of lineDifference(present.content, wanted)) print(line);
  const findings = lintHere(present.content, basename(file), present.mode);
  // What a preset warns of is part of it; its mode is not.
  const shown = findings.filter(({ severity, code }) => !isSame || severity === "error" || code === "mode");
  for (const finding of shown) print(findingLine(file, finding, translate));
  return isSame && !hasErrors(findings) && !shown.some(({ code }) => code === "mode");
}

function speaksAgainst(live: LiveState, { preset }: PolicyOptions): boolean {
  if (live.state === "owned") return !live.isUser && preset !== "permissive";
  return live.state === "refused" || live.state === "no-bus";
}
