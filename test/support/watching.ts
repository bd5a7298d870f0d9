import type { BusLease } from "../../lib/client/service";
import type { WatchEvent } from "../../lib/client/watch";
import { startWatch } from "../../lib/client/watches";
import type { DBusNodeError } from "../../lib/errors";
import { dbusSignalDefaults, type SignalSelection } from "../../lib/shared/dbus-signal-config";
import { Collector, eventually } from "./until";

/** A watch that writes down all that it tells. */
export interface Watching {
  readonly events: Collector<WatchEvent>;
  readonly failures: Collector<DBusNodeError>;
  /** What was told, in short: `event topic payload`. */
  told(): unknown[];
  close(): void;
}

export function watching(lease: BusLease, fields: Partial<SignalSelection>, keepTypes = false): Watching {
  const events = new Collector<WatchEvent>();
  const failures = new Collector<DBusNodeError>();
  const watch = startWatch({
    ...lease,
    selection: { ...dbusSignalDefaults, ...fields },
    decode: { int64: "auto", keepTypes },
    sink: { event: events.add, failed: failures.add },
  });
  const told = () => events.items.map(({ event, topic, payload }) => [event, topic, payload]);
  return { events, failures, told, close: () => watch.close() };
}

export function connected({ connection }: BusLease): Promise<void> {
  return eventually(() => connection.status.state === "connected", { what: "the connection" });
}

/** Everything that was asked of the bus before this has been answered when it resolves. */
export async function settled({ connection }: BusLease): Promise<void> {
  const bus = { destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus" };
  const call = {
    ...bus,
    interface: "org.freedesktop.DBus",
    member: "GetId",
    signature: "",
    body: [],
    timeoutMs: 5_000,
  };
  await connection.call(call);
}
