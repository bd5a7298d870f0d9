import type { NodeAPI } from "node-red";

let waiting: Set<() => void> | undefined;

/**
 * Runs when every node of the deploy is there: what a node sends before may reach nobody. One listener
 * serves all nodes. The result takes it back.
 */
export function whenFlowsStarted(RED: NodeAPI, run: () => void): () => void {
  if (waiting === undefined) {
    const batch = new Set<() => void>();
    waiting = batch;
    RED.events.once("flows:started", () => {
      waiting = undefined;
      for (const start of batch) start();
    });
  }
  const batch = waiting;
  batch.add(run);
  return () => {
    batch.delete(run);
  };
}
