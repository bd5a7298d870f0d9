import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import type { NodeInitializer } from "node-red";
import { platform, platformOfSuite } from "./platform";
import { Collector } from "./until";

/**
 * Nodes in this process, from their sources, on the Node-RED that the suite runs for
 * (`NODE_RED_PLATFORM`). Fast, and counted for coverage; but here `RED._` returns the key and every
 * permission is granted: texts, permissions, dialogs and crashes are tested in a real Node-RED
 * (`node-red.ts`).
 */

/** A node of a flow as it is saved. `x`, `y` and `z` are added: without `x` and `y` it counts as a config node, with them and without `z` it is not made at all. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

export type Message = Record<string, unknown>;

/** A running node, as far as tests use it. */
export interface RunningNode extends EventEmitter {
  readonly id: string;
  /** Gives the node a message, as a wire does. */
  receive(msg: Message): void;
}

/** What a node shows; `{}` clears. */
export interface NodeStatus {
  readonly fill?: string;
  readonly shape?: string;
  readonly text?: string;
}

interface StatusEvent {
  readonly id: string;
  readonly status: NodeStatus;
}

/** An entry of Node-RED's log; `level` as in `LogEntry` of `node-red.ts`. */
interface Logged {
  readonly level: number;
  readonly id?: string;
  readonly msg: unknown;
}

/** node-red-node-test-helper, which has no types of its own. */
interface TestHelper {
  init(runtimePath: string): void;
  startServer(): Promise<void>;
  stopServer(): Promise<void>;
  load(nodes: readonly NodeInitializer[], flow: readonly object[], credentials?: object): Promise<void>;
  setFlows(flow: readonly object[], type?: "full" | "flows" | "nodes"): Promise<void>;
  unload(): Promise<void>;
  getNode(id: string): RunningNode | null;
  /** supertest on the admin API. */
  request(): unknown;
}

interface Runtime {
  readonly runtime: { readonly events: EventEmitter };
  readonly log: { addHandler(handler: EventEmitter): void; removeHandler(handler: EventEmitter): void };
}

const load = createRequire(__filename);
const runtimePath = path.join(platform(platformOfSuite()).nodeRed, "lib/red.js");
export const helper: TestHelper = load("node-red-node-test-helper");
const runtime: Runtime = load(runtimePath);

/** A flow that runs, and what it does from its start on. */
export class LoadedFlow {
  readonly #outputs = new Map<string, Collector<Message>>();
  readonly #statuses = new Map<string, Collector<NodeStatus>>();
  readonly log = new Collector<Logged>();
  readonly #logHandler = new EventEmitter().on("log", (entry: Logged) => {
    if (entry.level !== METRIC) this.log.add(entry);
  });
  readonly #onStatus = ({ id, status }: StatusEvent): void => this.statuses(id).add(status);

  constructor() {
    runtime.runtime.events.on("node-status", this.#onStatus);
    runtime.log.addHandler(this.#logHandler);
  }

  node(id: string): RunningNode {
    const node = helper.getNode(id);
    if (node === null) throw new Error(`the flow has no node ${id}`);
    return node;
  }

  send(id: string, msg: Message): void {
    this.node(id).receive(msg);
  }

  /** The messages that reached a node of type `helper`. */
  outputs(id: string): Collector<Message> {
    return entry(this.#outputs, id);
  }

  /** Every status that the node has set, in order. */
  statuses(id: string): Collector<NodeStatus> {
    return entry(this.#statuses, id);
  }

  /** @internal */
  listenAt(id: string): void {
    this.node(id).on("input", this.outputs(id).add);
  }

  /** @internal */
  release(): void {
    runtime.runtime.events.off("node-status", this.#onStatus);
    runtime.log.removeHandler(this.#logHandler);
  }
}

/** The log level of "a message passed here". */
const METRIC = 99;

let current: LoadedFlow | undefined;

/** Mocha hooks for a file whose tests call `loadFlow`: each test's flow is stopped after it. */
export function useNodeRed(): void {
  before(async () => {
    helper.init(runtimePath);
    await helper.startServer();
  });
  afterEach(unload);
  after(() => helper.stopServer());
}

async function unload(): Promise<void> {
  if (current === undefined) return;
  await helper.unload();
  current.release();
  current = undefined;
}

/** Starts a flow of these node types, instead of the one that runs. Nodes of type `helper` collect what reaches them. */
export async function loadFlow(nodes: readonly NodeInitializer[], flow: readonly FlowNode[]): Promise<LoadedFlow> {
  await unload();
  const loaded = new LoadedFlow();
  current = loaded;
  await helper.load(
    nodes,
    flow.map((node) => (node.type === "tab" ? node : { x: 0, y: 0, z: "tab", ...node })),
  );
  for (const { id, type } of flow) if (type === "helper") loaded.listenAt(id);
  return loaded;
}

function entry<T>(map: Map<string, Collector<T>>, id: string): Collector<T> {
  const there = map.get(id);
  if (there !== undefined) return there;
  const made = new Collector<T>();
  map.set(id, made);
  return made;
}
