import type { Node, NodeAPI, NodeMessage } from "node-red";
import { flowError, noteError } from "./report-error";
import type { Status } from "./status";

type Handle = (message: NodeMessage, send: (message: NodeMessage) => void) => Promise<void> | void;

/**
 * Hands each message to `handle`, and says done exactly once, when it has ended: what it throws becomes
 * the error of `done`, of the message and of the status.
 */
export function onInput(RED: NodeAPI, node: Node, status: Status, handle: Handle): void {
  const run = async (message: NodeMessage, send: (message: NodeMessage) => void) => handle(message, send);
  node.on("input", (message, send, done: (error?: Error) => void) => {
    run(message, send).then(
      () => done(),
      (thrown: unknown) => {
        const error = flowError(RED, thrown);
        noteError(message, error);
        status.show({ kind: "error", code: error.code });
        done(error);
      },
    );
  });
}
