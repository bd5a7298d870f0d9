import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { hasErrors } from "../lib/policy/lint";
import { text } from "../lib/shared/text";
import { type CommandContext, type ExitCode, policyUsageError } from "./command";
import { findingLine, lintHere } from "./policy-output";
import { unreadable } from "./policy-request";

/** `policy lint FILE...`: findings on standard output, one a line. 1: an error among them. */
export async function policyLint(args: readonly string[], { print, translate }: CommandContext): Promise<ExitCode> {
  const files = filesOf(args);
  if (files.length === 0) throw policyUsageError(text("cli.policy.no-file"));
  // All of them are read first: a name with a slip in it must not look like a clean file.
  const sources = files.map((file) => ({ file, ...read(file) }));
  let failed = false;
  for (const { file, content, mode } of sources) {
    const findings = lintHere(content, basename(file), mode);
    for (const finding of findings) print(findingLine(file, finding, translate));
    failed ||= hasErrors(findings);
  }
  return failed ? 1 : 0;
}

function filesOf(args: readonly string[]): readonly string[] {
  try {
    return parseArgs({ args: [...args], options: {}, allowPositionals: true }).positionals;
  } catch {
    throw policyUsageError(text("cli.bad-options", { options: args.join(" ") }));
  }
}

function read(file: string): { readonly content: string; readonly mode: number } {
  try {
    return { content: readFileSync(file, "utf8"), mode: statSync(file).mode };
  } catch (error) {
    throw unreadable(file, error);
  }
}
