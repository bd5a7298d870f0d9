import { basename, join } from "node:path";
import { readInstalled } from "../lib/environment/installed-policy";
import { readText } from "../lib/environment/read-text";
import { RELOAD_COMMAND } from "../lib/policy/command-line";
import { hasErrors } from "../lib/policy/lint";
import { ownedNames } from "../lib/policy/owned";
import { policyFileName, presetWarning, renderPolicy } from "../lib/policy/render";
import { POLICY_DIRECTORY } from "../lib/shared/policy-command";
import { type PolicyOptions, policyDefaults } from "../lib/shared/policy-options";
import { renderText, type Text, text } from "../lib/shared/text";
import { type CommandContext, type ExitCode, reasonOf } from "./command";
import { lineDifference } from "./line-difference";
import { livePolicy, reloadBus } from "./live-policy";
import { liveText } from "./live-text";
import { containerWarning, findingLine, lintHere, warnAll } from "./policy-output";
import { type PolicyRequest, readPolicyRequest, unreadable } from "./policy-request";
import { writePolicy } from "./write-policy";

/** One file to install; `options` is what it was rendered from. */
interface Planned {
  readonly file: string;
  readonly content: string;
  readonly options: PolicyOptions | undefined;
}

/**
 * `policy install [OPTIONS | FILE]`: writes the files, then asks the bus. Nothing is written where one
 * of them has an error or is there already with other content (without `--force`). 1: not installed,
 * or the bus does not go by it; with `--dir`, it need not be a folder that the bus reads.
 */
export async function policyInstall(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const request = readPolicyRequest(args, ["force", "dir"], true);
  const files = planned(request);
  const isElsewhere = request.switches.dir !== undefined;
  const warnings = [...request.policies.map(presetWarning), isElsewhere ? undefined : containerWarning()];
  warnAll([...request.notes, ...warnings.filter((warning) => warning !== undefined)], context);
  if (files.length === 0 || files.some((file) => isFaulty(file, context))) return 1;
  try {
    if (!request.switches.force && files.some((file) => isInTheWay(file, context))) return 1;
    for (const file of files) put(file, context);
  } catch (error) {
    context.warn(renderText(notWritten(error, request.switches.dir), context.translate));
    return 1;
  }
  const isInForce = await askTheBus(files, context);
  return isInForce || isElsewhere ? 0 : 1;
}

/** What hindered it, and what helps: to be root is not always what is missing. */
function notWritten(error: unknown, directory = POLICY_DIRECTORY): Text {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return text("cli.policy.not-written.nowhere", { directory });
  const what = code === "EACCES" || code === "EPERM" ? "denied" : "failed";
  return text(`cli.policy.not-written.${what}`, { reason: reasonOf(error) });
}

function planned({
  files: [given],
  policies,
  switches: { dir = POLICY_DIRECTORY },
}: PolicyRequest): readonly Planned[] {
  if (given === undefined) {
    return policies.map((options) => ({
      file: join(dir, policyFileName(options)),
      content: renderPolicy(options),
      options,
    }));
  }
  try {
    return [{ file: join(dir, basename(given)), content: readText(given).content, options: undefined }];
  } catch (error) {
    throw unreadable(given, error);
  }
}

/** Errors stop it. Warnings about a file of one's own are worth seeing; about a preset's, they are known. */
function isFaulty({ file, content, options }: Planned, { warn, translate }: CommandContext): boolean {
  const findings = lintHere(content, basename(file));
  const shown = options === undefined ? findings : findings.filter(({ severity }) => severity === "error");
  for (const finding of shown) warn(findingLine(file, finding, translate));
  return hasErrors(findings);
}

function isInTheWay({ file, content }: Planned, { warn, translate }: CommandContext): boolean {
  const present = readInstalled(file);
  if (present === undefined || present.content === content) return false;
  warn(translate("cli.policy.other-file", { file }));
  for (const line of lineDifference(present.content, content)) warn(line);
  return true;
}

function put({ file, content }: Planned, { print, translate }: CommandContext): void {
  const present = readInstalled(file);
  const isThere = present?.content === content && present.mode === 0o644;
  if (!isThere) writePolicy(file, content);
  print(translate(isThere ? "cli.policy.there-already" : "cli.policy.installed", { file }));
}

/** Whether nothing that the bus says is against the files; without a bus there is nobody yet to take them. */
async function askTheBus(files: readonly Planned[], { print, translate }: CommandContext): Promise<boolean> {
  try {
    await reloadBus();
  } catch {
    // It reads the files by itself, or when it starts; what came of it is asked next.
  }
  let isInForce = true;
  for (const options of files.flatMap(liveQuestions)) {
    const live = await livePolicy(options, true);
    print(renderText(liveText(live, options), translate));
    if (live.state === "refused") isInForce = false;
  }
  print(translate("cli.policy.reload", { command: RELOAD_COMMAND }));
  return isInForce;
}

/** What the bus is asked about a file: of one that was not rendered here, the names that it lets users own. */
function liveQuestions({ content, options }: Planned): readonly PolicyOptions[] {
  return options === undefined ? ownedNames(content).map((owned) => ({ ...policyDefaults, ...owned })) : [options];
}
