import dbusCall from "../../nodes/dbus-call";
import dbusPublish from "../../nodes/dbus-publish";
import dbusSignal from "../../nodes/dbus-signal";
import type { HasAddress } from "./busctl";
import { catchNode, completeNode } from "./core-nodes";
import { NAME, PATH } from "./export-bus";
import { type FlowNode, helper, type LoadedFlow, loadFlow, type Message } from "./helper";
import { Collector, eventually } from "./until";

const NODES = [dbusPublish, dbusCall, dbusSignal, catchNode, completeNode];

/** A dbus-publish node that exports NAME at PATH, with these fields of its own. */
export function exportNode(bus: HasAddress, fields: object = {}): FlowNode {
  const place = { bus: "address", address: bus.address, busName: NAME, path: PATH, interface: NAME };
  const node = { id: "export", type: "dbus-publish", x: 0, y: 0, z: "tab", action: "export" };
  return { ...node, ...place, wires: [["calls"], ["writes"]], ...fields };
}

/** The nodes around those of a test: what goes out, a node that answers calls, and Catch and Complete. */
export function surroundings(): FlowNode[] {
  const nodes: FlowNode[] = [
    { id: "calls", type: "helper" },
    { id: "writes", type: "helper" },
    { id: "reply", type: "dbus-publish", action: "reply" },
    { id: "catch", type: "catch", scope: null, wires: [["caught"]] },
    { id: "caught", type: "helper" },
    { id: "complete", type: "complete", scope: ["export", "reply", "signal"], wires: [["completed"]] },
    { id: "completed", type: "helper" },
  ];
  return [{ id: "tab", type: "tab" }, ...nodes.map((node) => ({ x: 0, y: 0, z: "tab", ...node }))];
}

export function loadPublish(...nodes: readonly FlowNode[]): Promise<LoadedFlow> {
  return loadFlow(NODES, [...surroundings(), ...nodes]);
}

/** Resolves when the node shows that it owns its name. */
export async function owning(flow: LoadedFlow, id = "export"): Promise<void> {
  await flow.statuses(id).first((status) => status?.fill === "green" && (status.text ?? "").startsWith("…"));
}

/**
 * Deploys these nodes instead, and resolves when one that the deploy starts anew owns its name. The bus is
 * no help in that: it may not have noticed yet that the connection before is closed.
 */
export async function redeploy(
  flow: LoadedFlow,
  nodes: readonly FlowNode[],
  type: "full" | "flows" | "nodes",
  id = "export",
): Promise<void> {
  const before = flow.statuses(id).items.length;
  await helper.setFlows([...surroundings(), ...nodes], type);
  const owns = () =>
    flow
      .statuses(id)
      .items.slice(before)
      .some(({ fill, text }) => fill === "green" && text?.startsWith("…"));
  await eventually(owns, { what: `${id} to own its name again` });
}

/** Sends a message and resolves when it is done: with undefined, or the code of the error that Catch has. */
export async function sent(flow: LoadedFlow, id: string, message: Message): Promise<string | undefined> {
  const ends = new Collector<Message>();
  const stops = ["caught", "completed"].map((output) => flow.outputs(output).onItem(ends.add));
  flow.send(id, message);
  const [end] = await ends.until(1, { what: "the message's end" });
  for (const stop of stops) stop();
  return (end?.["error"] as { readonly code: string } | undefined)?.code;
}
