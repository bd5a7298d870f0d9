import type { Finding, FindingCode } from "../shared/finding";
import { quoted } from "../shared/policy-command";
import type { EnvironmentFacts } from "./facts";

/** A finding about these facts; every text may name the user, the uid, the account and the unit beside `params`. */
export function makeFinding(
  code: FindingCode,
  severity: Finding["severity"],
  facts: EnvironmentFacts,
  params: Finding["params"] = {},
  useSystemBus = false,
): Finding {
  // These two stand in commands only: a shell would take systemd's escapes (`my\x2dflow.service`), and the
  // backslash of a domain's user, for its own.
  const words = { account: quoted(facts.userName), unit: quoted(facts.unit ?? "nodered.service") };
  const who = { user: facts.userName, uid: facts.uid ?? "", ...words };
  return { code, severity, params: { ...who, ...params }, useSystemBus };
}
