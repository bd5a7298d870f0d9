import type { NodeAPI } from "node-red";
import type { ConnectionStatus } from "../../lib/bus/connection";
import { acquireBus, type BusLease } from "../../lib/client/service";
import { DBusNodeError } from "../../lib/errors";
import type { BusChoice, BusTarget } from "../../lib/shared/bus-choice";
import { text } from "../../lib/shared/text";
import { logBus } from "./bus-log";
import { addressOf, seriousFindings } from "./machine";
import type { Shown, Status } from "./status";

/** A node's link to its bus. */
export interface BusLink extends BusLease {
  readonly target: BusTarget;
}

/** Throws DBusNodeError DBUS_NO_BUS where this machine has no place for such a bus. */
export function linkTo(RED: NodeAPI, target: BusTarget): BusLink {
  const address = addressOf(target);
  if (address === "") throw new DBusNodeError("DBUS_NO_BUS", text("errors.no-address"));
  const lease = acquireBus(address);
  logBus(RED, lease.connection, target);
  return { ...lease, target };
}

/** The bus that a node's fields name; undefined for `msg`. */
export function targetOf({ bus, address }: BusChoice): BusTarget | undefined {
  if (bus === "msg") return undefined;
  return bus === "address" ? { kind: bus, address } : { kind: bus };
}

/** The address that answered, else the one that is tried. */
export function shownAddress({ connection }: BusLease): string {
  return connection.connectedAddress ?? connection.address;
}

/** What a node shows of its link while it has nothing else to show. */
export interface ShownLink {
  /** Shows it again, after something else. */
  show(): void;
  stop(): void;
}

/**
 * Shows the connection's state from now on, with this machine's findings where all else is well. While
 * connected, a node may have something better to show: `better` shows it, and says whether it has.
 */
export function showLink({ connection, target }: BusLink, status: Status, better = () => false): ShownLink {
  // Kept, because a node shows it after every message.
  let shown = shownOf(connection.status, target);
  let connected = connection.status.state === "connected";
  const show = () => {
    if (connected && better()) return;
    if (shown !== undefined) status.show(shown);
  };
  show();
  const stop = connection.onStatus((now) => {
    shown = shownOf(now, target);
    connected = now.state === "connected";
    show();
  });
  return { show, stop };
}

function shownOf(status: ConnectionStatus, target: BusTarget): Shown | undefined {
  const [finding] = status.state === "connected" ? seriousFindings(target) : [];
  if (finding !== undefined) return { kind: "finding", code: finding.code };
  return status.state === "closed" ? undefined : { kind: "connection", status };
}
