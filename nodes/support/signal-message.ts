import type { NodeMessage } from "node-red";
import type { WatchEvent } from "../../lib/client/watch";
import type { BusTarget } from "../../lib/shared/bus-choice";

/** The message that a dbus-signal node sends for something that it has heard. */
export function signalMessage(event: WatchEvent, bus: BusTarget["kind"], address: string): NodeMessage {
  const { topic, payload, sender, path, interface: interfaceName, member, signature } = event;
  return {
    topic,
    payload,
    event: event.event,
    dbus: { bus, address, sender, path, interface: interfaceName, member, signature, ...event.details },
  };
}
