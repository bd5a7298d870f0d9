import type { NodeAPI } from "node-red";
import type { Connection, ConnectionStatus } from "../../lib/bus/connection";
import type { BusTarget } from "../../lib/shared/bus-choice";
import { text } from "../../lib/shared/text";
import { translate } from "./texts";

const logged = new WeakSet<Connection>();

/** One line in the log for each outage of a connection and one for its end, however many nodes share it. */
export function logOutages(RED: NodeAPI, connection: Connection, target: BusTarget): void {
  if (logged.has(connection)) return;
  logged.add(connection);
  let out = false;
  const bus = text(`buses.${target.kind}`);
  const onStatus = ({ state, error }: ConnectionStatus) => {
    if (state === "connected") {
      if (out) RED.log.info(translate(RED, text("log.back", { bus })));
      out = false;
    } else if (error !== undefined && !out && state !== "closed") {
      out = true;
      RED.log.warn(translate(RED, text("log.outage", { bus, address: connection.address, reason: error.text })));
    }
  };
  onStatus(connection.status);
  connection.onStatus(onStatus);
}
