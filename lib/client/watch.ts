import { BUS_INTERFACE, BUS_NAME, BUS_PATH } from "../bus/bus-driver";
import type { Connection } from "../bus/connection";
import type { NameWatch } from "../bus/name-owners";
import type { DBusNodeError } from "../errors";
import type { IntrospectionCache } from "../introspect/browse";
import type { SignalSelection } from "../shared/dbus-signal-config";
import type { DecodeOptions } from "../wire/types";
import { READ_TIMEOUT_MS } from "./properties";

/** Something that a dbus-signal node tells its flow, whichever way it listens. */
export interface WatchEvent {
  readonly event: WatchEventKind;
  readonly topic: string;
  readonly payload: unknown;
  readonly sender: string | undefined;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature: string;
  /** What else goes into `msg.dbus`. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Rate limiting keeps the latest event of a key. */
  readonly key: string;
  /** Payloads are objects of independent values: a later one adds to an earlier one of its key. */
  readonly additive: boolean;
}

export type WatchEventKind =
  | "signal"
  | "initial"
  | "changed"
  | "present"
  | "absent"
  | "added"
  | "removed"
  | "appeared"
  | "vanished";

/** Where a watch tells what it finds, in the order of the bus's messages. */
export interface WatchSink {
  event(event: WatchEvent): void;
  /** Something could not be read or was refused; the watch goes on. */
  failed(error: DBusNodeError): void;
}

export interface WatchContext {
  readonly connection: Connection;
  readonly introspection: IntrospectionCache;
  readonly selection: SignalSelection;
  readonly decode: DecodeOptions;
  readonly sink: WatchSink;
}

/** One way of listening, from its start to its close. */
export interface Watch {
  close(): void;
}

/** A service that is watched: told when it is there, anew after each reconnect, and when it has gone. */
export interface ServiceListener {
  /** `owner` is its unique name. */
  appeared(owner: string): void;
  vanished(owner: string): void;
}

/** Follows a service's owner. With `start`, one that is not running is started if the bus can do that. */
export function followService(
  connection: Connection,
  name: string,
  start: boolean,
  listener: ServiceListener,
): NameWatch {
  let known = "";
  const tell = (owner: string) => {
    const before = known;
    known = owner;
    if (owner !== "") listener.appeared(owner);
    else if (before !== "") listener.vanished(before);
  };
  const watch = connection.owners.watch(name, (owner, previous) => {
    if (start && owner === "" && previous === undefined) startService(connection, name);
    tell(owner);
  });
  if (watch.owner) tell(watch.owner);
  else if (start && watch.owner === "") startService(connection, name);
  return watch;
}

/** "org.freedesktop.DBus.StartServiceByName". Most names cannot be started: then it is waited for. */
function startService(connection: Connection, name: string): void {
  if (name.startsWith(":")) return;
  connection.request(
    {
      ...{ destination: BUS_NAME, path: BUS_PATH, interface: BUS_INTERFACE, member: "StartServiceByName" },
      ...{ signature: "su", body: [name, 0], timeoutMs: READ_TIMEOUT_MS },
    },
    () => {},
  );
}
