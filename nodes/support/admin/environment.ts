import type { NodeAPI } from "node-red";
import type { BusEnvironment, EnvironmentAnswer } from "../../../lib/shared/admin";
import { addressOf, findingsFor, probeAgain, userName } from "../machine";
import { answerGet } from "./endpoint";

/** What this machine means for each choice of bus. It connects to nothing. */
export function environmentRoute(RED: NodeAPI): void {
  answerGet(RED, "/dbus/environment", (): EnvironmentAnswer => {
    probeAgain();
    return { user: userName(), system: environmentOf("system"), session: environmentOf("session") };
  });
}

function environmentOf(kind: "system" | "session"): BusEnvironment {
  return { address: addressOf({ kind }), findings: findingsFor({ kind }) };
}
