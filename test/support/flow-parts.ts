/** Parts of flows for a real Node-RED, as they are saved. */
export type SavedNode = Readonly<Record<string, unknown>>;

export const TAB: SavedNode = { id: "tab", type: "tab", label: "Test" };

export function node(type: string, id: string, fields: object = {}, ...wires: readonly string[]): SavedNode {
  return { id, type, z: "tab", x: 100, y: 100, wires: [wires], ...fields };
}

/** A button that sends a message with these properties; each is JSON. */
export function button(id: string, message: Readonly<Record<string, unknown>>, ...wires: readonly string[]): SavedNode {
  const props = Object.entries(message).map(([p, value]) => ({ p, v: JSON.stringify(value), vt: "json" }));
  return node("inject", id, { props, repeat: "", once: false }, ...wires);
}

/** A debug node, which the test hears by its name. */
export function debug(id: string): SavedNode {
  return { ...node("debug", id, { name: id, active: true, tosidebar: false, complete: "true" }), wires: [] };
}

/** What nodes show and what Catch gets, at the debug nodes `status` and `caught`. */
export const OBSERVERS: readonly SavedNode[] = [
  node("status", "statuses", { scope: null }, "status"),
  debug("status"),
  node("catch", "catch", { scope: null, uncaught: false }, "caught"),
  debug("caught"),
];
