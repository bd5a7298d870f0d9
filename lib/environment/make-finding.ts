import type { Finding, FindingCode } from "../shared/finding";
import type { EnvironmentFacts } from "./facts";

/** A finding about these facts; every text may name the user, the uid and the unit beside `params`. */
export function makeFinding(
  code: FindingCode,
  severity: Finding["severity"],
  facts: EnvironmentFacts,
  params: Finding["params"] = {},
  useSystemBus = false,
): Finding {
  const who = { user: facts.userName, uid: facts.uid ?? "", unit: facts.unit ?? "nodered.service" };
  return { code, severity, params: { ...who, ...params }, useSystemBus };
}
