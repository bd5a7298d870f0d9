import type { Text, Translate } from "../lib/shared/text";

/** `0`: fine. `1`: what was asked about is not in order. `2`: the command was not used as it is meant. */
export type ExitCode = 0 | 1 | 2;

export interface CommandContext {
  readonly translate: Translate;
  /** One line on standard output. */
  print(line: string): void;
}

/** `args` is what follows the command's name. Rejects with UsageError. */
export type Command = (args: readonly string[], context: CommandContext) => Promise<ExitCode>;

/** The command line is not one of those that usage lists. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly text: Text;

  constructor(text: Text) {
    super(text.key);
    this.text = text;
  }
}
