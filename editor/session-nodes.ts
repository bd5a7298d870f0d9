/** The fields of a D-Bus node that say which bus it uses, and whom it talks to there. */
export interface BusUser {
  readonly bus?: string;
  /** Of a dbus-call. */
  readonly destination?: string;
  /** Of a dbus-signal. */
  readonly sender?: string;
  /** Of a dbus-publish. */
  readonly action?: string;
}

/** How far a change of bus reaches: one flow (or subflow) by its id, or everything. */
export type Reach = { readonly flow: string } | "all";

const OUR_TYPES = ["dbus-call", "dbus-signal", "dbus-publish"];

/** The D-Bus nodes that use the session bus, without those on locked flows: nothing there can be changed. */
export function sessionNodes(reach: Reach): (FlowNode & BusUser)[] {
  const found: (FlowNode & BusUser)[] = [];
  RED.nodes.eachNode((node: FlowNode & BusUser) => {
    if (!OUR_TYPES.includes(node.type) || node.bus !== "session" || isLocked(node.z)) return;
    // An answer goes where its call came from, whatever is in that node's hidden field.
    if (node.action === "reply") return;
    if (reach === "all" || node.z === reach.flow) found.push(node);
  });
  return found;
}

/** Whom nodes talk to, each once; what a node takes from the message or a variable is not known here. */
export function peersOf(nodes: readonly BusUser[]): string[] {
  const names = nodes.map(({ destination, sender }) => destination || sender || "");
  return [...new Set(names)].filter((name) => name !== "" && !name.includes("${")).sort();
}

/** Changes nodes to the system bus, as one step of the editor's history. */
export function moveToSystemBus(nodes: readonly (FlowNode & BusUser)[]): HistoryEvent {
  const dirty = RED.nodes.dirty();
  const events = nodes.map((node): HistoryEvent => {
    const event = { t: "edit", node, changes: { bus: node.bus }, changed: node.changed, dirty } as const;
    Object.assign(node, { bus: "system", changed: true, dirty: true });
    RED.events.emit("nodes:change", node);
    RED.editor.validateNode(node);
    return event;
  });
  const step: HistoryEvent = { t: "multi", events, dirty };
  RED.history.push(step);
  RED.nodes.dirty(true);
  RED.view.redraw(true);
  return step;
}

function isLocked(flow: string): boolean {
  return (RED.nodes.workspace(flow) ?? RED.nodes.subflow(flow))?.locked === true;
}
