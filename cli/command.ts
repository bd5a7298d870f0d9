import { type Text, type Translate, text } from "../lib/shared/text";

/** `0`: fine. `1`: what was asked about is not in order. `2`: the command was not used as it is meant. */
export type ExitCode = 0 | 1 | 2;

export interface CommandContext {
  readonly translate: Translate;
  /** One line on standard output: the command's result. */
  print(line: string): void;
  /** One line on standard error: what a person should know beside it. */
  warn(line: string): void;
}

/** `args` is what follows the command's name. Rejects with UsageError. */
export type Command = (args: readonly string[], context: CommandContext) => Promise<ExitCode>;

/** The command line is not one of those that usage lists. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly text: Text;
  /** What it is shown with: the usage, or where that is to be had. */
  readonly usage: Text;

  constructor(message: Text, usage: Text = text("cli.see-help", { command: "--help" })) {
    super(message.key);
    this.text = message;
    this.usage = usage;
  }
}

export const POLICY_USAGE = text("cli.policy.usage");

/** A UsageError of one of the `policy` commands. */
export function policyUsageError(message: Text): UsageError {
  return new UsageError(message, text("cli.see-help", { command: "policy --help" }));
}

/** What `parseArgs` has refused: the word that it names, or all of them. Its own sentence is in English only. */
export function badOptions(args: readonly string[], error: unknown): Text {
  const [, word = args.join(" ")] = /'([^']+)'/.exec(reasonOf(error)) ?? [];
  return text("cli.bad-options", { options: word });
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
