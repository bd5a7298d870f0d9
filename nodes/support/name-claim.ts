import type { NodeAPI } from "node-red";
import type { NameState } from "../../lib/bus/owned-names";
import type { DBusNodeError } from "../../lib/errors";
import { installCommand } from "../../lib/policy/command-line";
import type { DBusPublishConfig } from "../../lib/shared/dbus-publish-config";
import { policyDefaults } from "../../lib/shared/policy-options";
import { text } from "../../lib/shared/text";
import type { BusLink } from "./bus-link";
import { userName } from "./machine";
import type { Status } from "./status";
import { translate } from "./texts";

/** A node's share in the name that it owns on the bus. */
export interface ShownName {
  /** Shows what has become of it. Whether there is anything to show. */
  show(status: Status): boolean;
  release(): void;
}

/** Names whose state the log has told, by bus; of several nodes with one name, one tells. */
const told = new Map<string, string>();

/** Asks for the node's name; `changed` is told when there is something new to show. */
export function claimName(
  RED: NodeAPI,
  { busName, ...options }: DBusPublishConfig,
  link: BusLink,
  changed: () => void,
): ShownName {
  if (busName === "") return { show: () => false, release: () => {} };
  const claim = link.connection.names.request(busName, options, (state, error) => {
    changed();
    if (state !== "pending") log(RED, busName, state, link, error);
  });
  return {
    show: (status) => {
      if (claim.state !== "pending") status.show({ kind: "name", name: busName, state: claim.state });
      return claim.state !== "pending";
    },
    release: () => {
      claim.release();
      // After a deploy it is worth telling again.
      told.delete(keyOf(link, busName));
    },
  };
}

function log(RED: NodeAPI, name: string, state: NameState, link: BusLink, error?: DBusNodeError): void {
  const key = keyOf(link, name);
  const before = told.get(key);
  if (before === state) return;
  told.set(key, state);
  const bus = text(`buses.${link.target.kind}`);
  // What goes as it should is told only where it did not before.
  if (state === "owned" && before === undefined) return;
  const reason = error === undefined ? "" : error.text;
  const command = installCommand({ ...policyDefaults, name, user: userName() });
  const tell = state === "owned" ? RED.log.info : RED.log.warn;
  tell.call(
    RED.log,
    translate(
      RED,
      text(`log.name-${state}`, { name, bus, reason, command, file: `/etc/dbus-1/system.d/${name}.conf` }),
    ),
  );
}

function keyOf({ connection }: BusLink, name: string): string {
  return `${connection.address} ${name}`;
}
