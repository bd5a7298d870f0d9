import assert from "node:assert/strict";
import type { NodeInitializer } from "node-red";
import dbusCall from "../../nodes/dbus-call";
import type { FlowErrorCause } from "../../nodes/support/report-error";
import type { HasAddress } from "./busctl";
import { catchNode, completeNode } from "./core-nodes";
import { ECHO, ECHO_NAME, ECHO_PATH } from "./echo-service";
import { type FlowNode, type LoadedFlow, loadFlow, type Message } from "./helper";
import { Collector } from "./until";

const NODES: readonly NodeInitializer[] = [dbusCall, catchNode, completeNode];

/** What Catch has. */
export interface CaughtError {
  readonly message: string;
  readonly code: string;
  readonly cause: FlowErrorCause;
  readonly source: { readonly id: string };
}

/** A dbus-call node with a Catch and a Complete node around it. */
export class CallFlow {
  readonly flow: LoadedFlow;

  /** Outputs and errors together. */
  readonly ends = new Collector<Message>();

  constructor(flow: LoadedFlow) {
    this.flow = flow;
    for (const id of ["out", "caught"]) flow.outputs(id).onItem(this.ends.add);
  }

  get outputs(): readonly Message[] {
    return this.flow.outputs("out").items;
  }

  get caught(): readonly Message[] {
    return this.flow.outputs("caught").items;
  }

  get completed(): readonly Message[] {
    return this.flow.outputs("completed").items;
  }

  send(message: Message): void {
    this.flow.send("call", message);
  }

  /** Sends a message and resolves with what comes out. */
  async ask(message: Message): Promise<Message> {
    const before = this.ends.items.length;
    this.send(message);
    const end = (await this.ends.until(before + 1))[before] ?? {};
    const error = end["error"] as CaughtError | undefined;
    if (error !== undefined) assert.fail(`caught: ${error.code} ${error.message}`);
    return end;
  }

  /** Sends a message that has to fail, and resolves with what Catch gets. */
  async refuse(message: Message): Promise<{ readonly msg: Message; readonly error: CaughtError }> {
    const before = this.caught.length;
    this.send(message);
    const caught = await this.flow.outputs("caught").until(before + 1);
    const msg = caught[before] ?? {};
    return { msg, error: msg["error"] as CaughtError };
  }
}

/** A node that calls the echo service, with these fields of its own. */
export function callNode(bus: HasAddress, fields: object = {}): FlowNode {
  const place = { destination: ECHO_NAME, path: ECHO_PATH, interface: ECHO };
  const node = { id: "call", type: "dbus-call", z: "tab", bus: "address", address: bus.address, timeout: 5 };
  return { ...node, ...place, wires: [["out"]], ...fields };
}

export async function loadCall(node: FlowNode, others: readonly FlowNode[] = []): Promise<CallFlow> {
  const flow: FlowNode[] = [
    { id: "tab", type: "tab" },
    node,
    { id: "out", type: "helper" },
    { id: "catch", type: "catch", scope: null, wires: [["caught"]] },
    { id: "caught", type: "helper" },
    { id: "complete", type: "complete", scope: [node.id], wires: [["completed"]] },
    { id: "completed", type: "helper" },
    ...others,
  ];
  return new CallFlow(await loadFlow(NODES, flow));
}
