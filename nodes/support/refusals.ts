import type { Node } from "node-red";
import { asNodeError } from "../../lib/errors";
import { readRefusal } from "../../lib/policy/refusal";

/** Whom each node called when the bus's policy refused its last call, by the node's id. */
const refused = new Map<string, string>();

/** Remembers what has come of a node's call, for its dialog: without `thrown` it went well. */
export function noteOutcome(node: Node, destination: string, thrown?: unknown): void {
  if (thrown !== undefined && isRefusal(thrown)) refused.set(node.id, destination);
  // What fails for another reason says nothing about the policy.
  else if (thrown === undefined) refused.delete(node.id);
}

/** A node that closes has made no call yet when it is there again. */
export function forgetOutcome(node: Node): void {
  refused.delete(node.id);
}

/** Undefined where the last call was not refused. */
export function refusedDestination(nodeId: string): string | undefined {
  return refused.get(nodeId);
}

function isRefusal(thrown: unknown): boolean {
  const { code, dbusName, body } = asNodeError(thrown);
  if (code !== "DBUS_ACCESS_DENIED") return false;
  return readRefusal({ dbusName, message: String(body?.[0] ?? "") })?.kind === "send";
}
