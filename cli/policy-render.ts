import { renderPolicy } from "../lib/policy/render";
import type { CommandContext, ExitCode } from "./command";
import { warnAll, warningsOf } from "./policy-output";
import { readPolicyRequest } from "./policy-request";

/** `policy render`: the file on standard output, all names in one. 1: a flow that publishes no name. */
export async function policyRender(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { policies, notes } = readPolicyRequest(args, [], false);
  warnAll([...notes, ...warningsOf(policies)], context);
  if (policies.length === 0) return 1;
  context.print(renderPolicy(...policies).trimEnd());
  return 0;
}
