import type { NodeAPI } from "node-red";
import { environmentRoute } from "./admin/environment";
import { liveBusRoutes } from "./admin/live-bus";
import { policyRoutes } from "./admin/policy";
import { closeRequestBuses } from "./admin/request-bus";
import { tryRoutes } from "./admin/try";
import { forgetMachine } from "./machine";

/** What has been asked to serve or to tell already. */
const known = new WeakSet<object>();

/** The endpoints of the editor. Each node file asks for them, since any may be the only one loaded. */
export function adminRoutes(RED: NodeAPI): void {
  once(RED.events, () => {
    RED.events.on("flows:stopping", () => {
      // A deploy may find another machine than the last one: someone has logged in, a socket is there now.
      forgetMachine();
      closeRequestBuses();
    });
  });
  once(RED.httpAdmin, () => {
    environmentRoute(RED);
    liveBusRoutes(RED);
    policyRoutes(RED);
    tryRoutes(RED);
  });
}

function once(object: object, run: () => void): void {
  if (known.has(object)) return;
  known.add(object);
  run();
}
