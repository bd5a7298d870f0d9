import type { NodeAPI } from "node-red";
import type { BusEnvironment, EnvironmentAnswer } from "../../lib/shared/admin";
import { addressOf, findingsFor, forgetMachine, probeAgain, userName } from "./machine";

/** What has been asked to serve or to tell already. */
const known = new WeakSet<object>();

/** The endpoints of the editor. Each node file asks for them, since any may be the only one loaded. */
export function adminRoutes(RED: NodeAPI): void {
  // A deploy may find another machine than the last one: someone has logged in, a socket is there now.
  once(RED.events, () => RED.events.on("flows:stopping", forgetMachine));
  once(RED.httpAdmin, () => {
    RED.httpAdmin.get("/dbus/environment", RED.auth.needsPermission("dbus.read"), (_request, response) => {
      probeAgain();
      const buses = { system: environmentOf("system"), session: environmentOf("session") };
      const answer: EnvironmentAnswer = { user: userName(), ...buses };
      response.json(answer);
    });
  });
}

function once(object: object, run: () => void): void {
  if (known.has(object)) return;
  known.add(object);
  run();
}

function environmentOf(kind: "system" | "session"): BusEnvironment {
  return { address: addressOf({ kind }), findings: findingsFor({ kind }) };
}
