import { pool } from "../../lib/bus/pool";
import dbusSignal from "../../nodes/dbus-signal";
import type { HasAddress } from "./busctl";
import { catchNode, completeNode } from "./core-nodes";
import type { EchoService } from "./echo-service";
import { type FlowNode, type LoadedFlow, loadFlow, type Message } from "./helper";
import type { Collector } from "./until";

/** A dbus-signal node with these fields of its own; it has an input where it is dynamic. */
export function signalNode(bus: HasAddress, fields: object = {}): FlowNode {
  const node = { id: "signal", type: "dbus-signal", bus: "address", address: bus.address };
  return { ...node, wires: [["out"]], ...fields };
}

/** It comes first in the flow, so that the nodes it sends to are made after it. */
export function loadSignal(node: FlowNode, others: readonly FlowNode[] = []): Promise<LoadedFlow> {
  return loadFlow(
    [dbusSignal, catchNode, completeNode],
    [
      { id: "tab", type: "tab" },
      node,
      ...others,
      { id: "out", type: "helper" },
      { id: "catch", type: "catch", scope: null, wires: [["caught"]] },
      { id: "caught", type: "helper" },
      { id: "complete", type: "complete", scope: [node.id], wires: [["completed"]] },
      { id: "completed", type: "helper" },
    ],
  );
}

/** Waits until the node's match rules are in force: the bus takes them before it says that we are connected. */
export async function listening(flow: LoadedFlow, id = "signal"): Promise<void> {
  await flow.statuses(id).first((status) => status?.fill === "green");
}

/** Without Node-RED's own id, which is another each time. */
export function plain({ _msgid, ...message }: Message): Message {
  return message;
}

export function topics(messages: Collector<Message>): unknown[] {
  return messages.items.map(({ topic }) => topic);
}

/** Resolves when our connections have received all that the service has sent before. */
export async function caughtUp(service: EchoService): Promise<void> {
  await service.done();
  const bus = { destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus" };
  for (const connection of pool.connections.values()) {
    // The bus answers behind everything that it has sent us.
    await connection.call({ ...bus, member: "GetId", signature: "", body: [], timeoutMs: 5000 });
  }
}
