import { basename } from "node:path";
import { parseArgs } from "node:util";
import { readText } from "../lib/environment/read-text";
import { hasErrors } from "../lib/policy/lint";
import { text } from "../lib/shared/text";
import { badOptions, type CommandContext, type ExitCode, policyUsageError } from "./command";
import { findingLine, lintHere } from "./policy-output";
import { unreadable } from "./policy-request";

/** `policy lint FILE...`: findings on standard output, one a line. 1: an error among them. */
export async function policyLint(args: readonly string[], { print, translate }: CommandContext): Promise<ExitCode> {
  const files = filesOf(args);
  if (files.length === 0) throw policyUsageError(text("cli.policy.no-file"));
  // All of them are read first: a name with a slip in it must not look like a clean file.
  const sources = files.map((file) => ({ file, ...read(file) }));
  let failed = false;
  for (const { file, content, stat } of sources) {
    // What comes through a pipe has neither a name nor a mode yet.
    const findings = stat.isFile() ? lintHere(content, basename(file), stat.mode) : lintHere(content);
    for (const finding of findings) print(findingLine(file, finding, translate));
    failed ||= hasErrors(findings);
  }
  return failed ? 1 : 0;
}

function filesOf(args: readonly string[]): readonly string[] {
  try {
    return parseArgs({ args: [...args], options: {}, allowPositionals: true }).positionals;
  } catch (error) {
    throw policyUsageError(badOptions(args, error));
  }
}

function read(file: string): ReturnType<typeof readText> {
  try {
    return readText(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}
