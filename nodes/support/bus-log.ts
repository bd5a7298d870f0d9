import type { NodeAPI } from "node-red";
import { MAX_UNSENT_MIB } from "../../lib/bus/backlog";
import type { Connection, ConnectionStatus } from "../../lib/bus/connection";
import type { DBusNodeError } from "../../lib/errors";
import type { BusTarget } from "../../lib/shared/bus-choice";
import { type Text, text } from "../../lib/shared/text";
import { findingTexts, seriousFindings, warnOfFindings } from "./machine";
import { translate } from "./texts";

const logged = new WeakSet<Connection>();

/**
 * What the log has to say of a connection, however many nodes share it: a line for each outage and one
 * for its end, the same for a bus that takes no more, and what is to be minded on this machine once for each deploy.
 */
export function logBus(RED: NodeAPI, connection: Connection, target: BusTarget): void {
  if (connection.status.state === "connected") warnOfFindings(RED, target);
  if (logged.has(connection)) return;
  logged.add(connection);
  let out = false;
  const onStatus = ({ state, error }: ConnectionStatus) => {
    if (state === "connected") {
      if (out) RED.log.info(translate(RED, text("log.back", { bus: text(`buses.${target.kind}`) })));
      out = false;
      warnOfFindings(RED, target);
    } else if (error !== undefined && !out && state !== "closed") {
      out = true;
      RED.log.warn(translate(RED, outage(connection.address, target, error, state === "connecting")));
    }
  };
  onStatus(connection.status);
  connection.onStatus(onStatus);
  connection.backlog.onChange((full) => {
    const what = { bus: text(`buses.${target.kind}`), most: MAX_UNSENT_MIB };
    if (full) RED.log.warn(translate(RED, text("log.backlog-full", what)));
    // What is gone with its connection was not taken.
    else if (connection.status.state === "connected") RED.log.info(translate(RED, text("log.backlog-drained", what)));
  });
}

/** A bus that could not be reached at first may be a matter of this machine: then it says what to do. */
function outage(address: string, target: BusTarget, error: DBusNodeError, atFirst: boolean): Text {
  const what = { bus: text(`buses.${target.kind}`), address, reason: error.text };
  const [finding] = atFirst ? seriousFindings(target, error) : [];
  return finding === undefined
    ? text("log.outage", what)
    : text("log.outage-finding", { ...what, ...findingTexts(finding) });
}
