import { text } from "../lib/shared/text";
import { type Command, type CommandContext, type ExitCode, POLICY_USAGE, UsageError } from "./command";
import { policyCheck } from "./policy-check";
import { policyInstall } from "./policy-install";
import { policyLint } from "./policy-lint";
import { policyRender } from "./policy-render";

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ["render", policyRender],
  ["lint", policyLint],
  ["install", policyInstall],
  ["check", policyCheck],
]);

/** `policy render|lint|install|check`: policy files of the system bus. */
export async function policyCommand(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const [name = "", ...rest] = args;
  const command = COMMANDS.get(name);
  if (command !== undefined) return command(rest, context);
  const choices = [...COMMANDS.keys()].join(", ");
  throw new UsageError(text("cli.policy.which-command", { choices, name }), POLICY_USAGE);
}
