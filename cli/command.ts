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
  /** The usage that it is shown with. */
  readonly usage: Text;

  constructor(message: Text, usage: Text = text("cli.usage")) {
    super(message.key);
    this.text = message;
    this.usage = usage;
  }
}

export const POLICY_USAGE = text("cli.policy.usage");

/** A UsageError that explains the `policy` commands. */
export function policyUsageError(message: Text): UsageError {
  return new UsageError(message, POLICY_USAGE);
}
