import type { Explanation } from "../../../lib/policy/explain";
import type { RefusedCall } from "../../../lib/shared/admin";

/** Only of a refusal on the system bus, and only of one that a policy file would change. */
export function refusedCall(explanation: Explanation | undefined): RefusedCall | undefined {
  const options = explanation?.remedy?.policy?.options;
  return options?.preset === "client" ? { user: options.user, destination: options.destination } : undefined;
}
