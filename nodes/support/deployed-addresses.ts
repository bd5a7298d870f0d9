import type { Node, NodeAPI } from "node-red";

interface DeployedNode {
  /** As the node was made, its variables resolved. */
  readonly address: string;
  /** In the flow's definition: another than its own within a subflow. */
  readonly definition: string;
}

/** The nodes that run and name their bus by an address. */
const deployed = new Map<Node, DeployedNode>();

/** Remembers the address of a node's fields for as long as the node runs. */
export function noteAddress(
  node: Node,
  { bus, address }: { readonly bus?: unknown; readonly address?: unknown },
): void {
  if (bus !== "address" || typeof address !== "string") return;
  const { _alias: alias } = node as { readonly _alias?: string };
  deployed.set(node, { address: address.trim(), definition: alias ?? node.id });
  node.on("close", () => deployed.delete(node));
}

/** The address that a running node uses, given as that or as its field has it, `${VARIABLE}` included. */
export function deployedAddress(RED: NodeAPI, given: string): string | undefined {
  const nodes = [...deployed.values()];
  if (nodes.some(({ address }) => address === given)) return given;
  const definitions = new Set<string>();
  RED.nodes.eachNode((definition) => {
    const { address } = definition as { readonly address?: unknown };
    if (typeof address === "string" && address.trim() === given) definitions.add(definition.id);
  });
  return nodes.find(({ definition }) => definitions.has(definition))?.address;
}

/** What Node-RED makes of a field that no running node has: variables of the process, not those of a flow. */
export function withVariables(given: string): string {
  return given.replace(/\$\{([^}]+)\}/g, (_match, name: string) => process.env[name] ?? "").trim();
}
