import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { Refused } from "../../lib/export/exporter";
import type { BusTarget } from "../../lib/shared/bus-choice";
import { explainedPost } from "./explain-error";
import { failed } from "./on-input";
import type { Status } from "./status";

/**
 * What tells that the bus did not let pass what a message has sent. The message's input is done by then:
 * Catch has the error after Complete. A closed node tells nothing any more.
 */
export function lateRefusals(
  RED: NodeAPI,
  node: Node,
  status: Status,
  what: "signal" | "answer",
): (message: NodeMessage, target: BusTarget) => Refused {
  let closed = false;
  node.on("close", () => {
    closed = true;
  });
  return (message, target) => (error) => {
    if (!closed) node.error(failed(RED, status, explainedPost(error, { target }, what), message), message);
  };
}
