import type { Node, NodeAPI, NodeMessage } from "node-red";
import { type FlowError, flowError, noteError } from "./report-error";
import type { Status } from "./status";

type Handle = (message: NodeMessage, send: (message: NodeMessage) => void) => Promise<void> | void;
type Done = (error?: Error) => void;

/** What was thrown as Catch takes it, noted in the message and shown. */
export function failed(RED: NodeAPI, status: Status, thrown: unknown, message: NodeMessage): FlowError {
  const error = flowError(RED, thrown);
  noteError(message, error);
  status.show({ kind: "error", code: error.code });
  return error;
}

/**
 * Hands each message to `handle`, and says done exactly once, when it has ended: what it throws becomes
 * the error of `done`, of the message and of the status.
 */
export function onInput(RED: NodeAPI, node: Node, status: Status, handle: Handle): void {
  const fail = (thrown: unknown, message: NodeMessage, done: Done) => done(failed(RED, status, thrown, message));
  node.on("input", (message, send, done: Done) => {
    let handled: Promise<void> | void;
    try {
      handled = handle(message, send);
    } catch (thrown) {
      fail(thrown, message, done);
      return;
    }
    // Many may wait for the same: as little as can be is kept for each.
    if (handled === undefined) done();
    else
      handled.then(
        () => done(),
        (thrown: unknown) => fail(thrown, message, done),
      );
  });
}
