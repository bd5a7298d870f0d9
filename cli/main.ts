#!/usr/bin/env node
import { renderText, text } from "../lib/shared/text";
import { languagesOf, loadCatalogue } from "./catalogue";
import { type Command, type ExitCode, POLICY_USAGE, UsageError } from "./command";
import { environmentCommand } from "./environment-command";
import { policyCommand } from "./policy-command";

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ["environment", environmentCommand],
  ["policy", policyCommand],
]);

async function main(args: readonly string[]): Promise<ExitCode> {
  const translate = loadCatalogue(languagesOf(process.env));
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const warn = (line: string) => process.stderr.write(`${line}\n`);
  const [name = "", ...rest] = args;
  if (args.some((arg) => arg === "--help" || arg === "-h")) {
    print(renderText(name === "policy" ? POLICY_USAGE : text("cli.usage"), translate));
    return 0;
  }
  try {
    const command = COMMANDS.get(name);
    if (command === undefined) {
      const problem = name === "" ? text("cli.no-command") : text("cli.unknown-command", { name });
      throw new UsageError(problem, text("cli.usage"));
    }
    return await command(rest, { translate, print, warn });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    warn(`${renderText(error.text, translate)}\n\n${renderText(error.usage, translate)}`);
    return 2;
  }
}

/** Whoever reads may stop early, as `head` does: the command goes on, and its exit code stands. */
function mayStopReading(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

process.stdout.on("error", mayStopReading);
process.stderr.on("error", mayStopReading);
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
