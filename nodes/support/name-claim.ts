import type { NodeAPI } from "node-red";
import type { NameState } from "../../lib/bus/owned-names";
import type { DBusNodeError } from "../../lib/errors";
import type { DBusPublishConfig } from "../../lib/shared/dbus-publish-config";
import { text } from "../../lib/shared/text";
import type { BusLink } from "./bus-link";
import type { Status } from "./status";
import { translate } from "./texts";

/** A node's share in the name that it owns on the bus. */
export interface ShownName {
  /** Shows its state again, after something else. Whether there is anything to show. */
  show(): boolean;
  release(): void;
}

/** Names whose state the log has told, by bus; of several nodes with one name, one tells. */
const told = new Map<string, string>();

/** Asks for the node's name, and tells what becomes of it in status and log. */
export function claimName(
  RED: NodeAPI,
  { busName, ...options }: DBusPublishConfig,
  link: BusLink,
  status: Status,
): ShownName {
  if (busName === "") return { show: () => false, release: () => {} };
  const tell = (state: NameState, error?: DBusNodeError) => {
    show();
    if (state !== "pending") log(RED, busName, state, link, error);
  };
  const claim = link.connection.names.request(busName, options, tell);
  const show = () => {
    if (claim.state === "pending") return false;
    status.show({ kind: "name", name: busName, state: claim.state });
    return true;
  };
  if (claim.state !== "pending") show();
  return { show, release: () => claim.release() };
}

function log(
  RED: NodeAPI,
  name: string,
  state: NameState,
  { target, connection }: BusLink,
  error?: DBusNodeError,
): void {
  const key = `${connection.address} ${name}`;
  const before = told.get(key);
  if (before === state) return;
  told.set(key, state);
  const bus = text(`buses.${target.kind}`);
  // What goes as it should is told only where it did not before.
  if (state === "owned" && before === undefined) return;
  const reason = error === undefined ? "" : error.text;
  const tell = state === "owned" ? RED.log.info : RED.log.warn;
  tell.call(
    RED.log,
    translate(RED, text(`log.name-${state}`, { name, bus, reason, file: `/etc/dbus-1/system.d/${name}.conf` })),
  );
}
