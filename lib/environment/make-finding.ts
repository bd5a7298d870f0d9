import type { Finding, FindingCode } from "../shared/finding";
import { quoted } from "../shared/policy-command";
import type { EnvironmentFacts } from "./facts";

/** A finding about these facts; every text may name the user, the uid and the unit beside `params`. */
export function makeFinding(
  code: FindingCode,
  severity: Finding["severity"],
  facts: EnvironmentFacts,
  params: Finding["params"] = {},
  useSystemBus = false,
): Finding {
  // The unit stands in commands only, and systemd's escapes (`my\x2dflow.service`) are a shell's too.
  const who = { user: facts.userName, uid: facts.uid ?? "", unit: quoted(facts.unit ?? "nodered.service") };
  return { code, severity, params: { ...who, ...params }, useSystemBus };
}
