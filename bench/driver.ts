import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Node, NodeAPI, NodeMessage } from "node-red";

/**
 * Node types that only the benchmark's Node-RED loads. `bench-caller` keeps so many messages on the
 * way through the nodes behind it and counts those that come back; `bench-counter` counts the signals
 * that reach it; `bench-trigger` tells the nodes behind it to send so many messages. What they find is
 * asked for over HTTP.
 */
export interface CallsOrder {
  readonly kind: CallKind;
  readonly inFlight: number;
  readonly count: number;
}

/** In the order of the caller's outputs. */
const KINDS = ["string", "bytes", "dict"] as const;
export type CallKind = (typeof KINDS)[number];

export interface CallsResult {
  readonly seconds: number;
}

export interface SignalsResult {
  readonly received: number;
  /** Signals that did not have the number that was next. */
  readonly misplaced: number;
  /** From the first to the last. */
  readonly seconds: number;
  /** Processor time of the whole process in that time. */
  readonly processorSeconds: number;
}

const BYTES = 65_536;
const ENTRIES = 20;
/** A count that no signal has added to for so long is told as it is. */
const SILENCE_MS = 10_000;

/** How long the event loop was held up at most since it was asked last. */
export interface DelayResult {
  readonly milliseconds: number;
}

export default function register(RED: NodeAPI): void {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  RED.httpAdmin.post("/bench/delay/start", (_request, response) => {
    delay.reset();
    delay.enable();
    response.json({});
  });
  RED.httpAdmin.post("/bench/delay/stop", (_request, response) => {
    delay.disable();
    const result: DelayResult = { milliseconds: delay.max / 1e6 };
    response.json(result);
  });
  RED.nodes.registerType("bench-caller", function (this: Node, def) {
    RED.nodes.createNode(this, def);
    callerNode(RED, this);
  });
  RED.nodes.registerType("bench-counter", function (this: Node, def) {
    RED.nodes.createNode(this, def);
    counterNode(RED, this);
  });
  RED.nodes.registerType("bench-trigger", function (this: Node, def) {
    RED.nodes.createNode(this, def);
    RED.httpAdmin.post(`/bench/trigger/${this.id}/:count`, (request, response) => {
      this.send({ count: Number(request.params["count"]) } as NodeMessage);
      response.json({});
    });
  });
}

interface Run extends CallsOrder {
  toSend: number;
  toReceive: number;
  readonly end: (problem?: string) => void;
}

function callerNode(RED: NodeAPI, node: Node): void {
  let run: Run | undefined;

  const sendOne = (current: Run) => {
    current.toSend--;
    const message: NodeMessage = { payload: PAYLOADS[current.kind]() };
    node.send(KINDS.map((kind) => (kind === current.kind ? message : null)));
  };

  node.on("input", (message, _send, done) => {
    if (run !== undefined) {
      const problem = problemOf(run.kind, message);
      if (problem !== undefined) run.end(problem);
      else if (--run.toReceive === 0) run.end();
      else if (run.toSend > 0) sendOne(run);
    }
    done();
  });

  RED.httpAdmin.post("/bench/calls", (request, response) => {
    const order: CallsOrder = request.body;
    const start = performance.now();
    const end = (problem?: string) => {
      run = undefined;
      if (problem !== undefined) response.status(500).send(problem);
      else response.json({ seconds: (performance.now() - start) / 1000 } satisfies CallsResult);
    };
    run = { ...order, toSend: order.count, toReceive: order.count, end };
    for (let index = 0; index < order.inFlight && run.toSend > 0; index++) sendOne(run);
  });
}

const bytes = Buffer.alloc(BYTES);
const text = "a short string";

/** The same as the caller in C sends. */
const PAYLOADS: Readonly<Record<CallKind, () => unknown>> = {
  string: () => text,
  bytes: () => bytes,
  dict: () => {
    const dict: Record<string, unknown> = {};
    for (let index = 0; index < ENTRIES; index++) {
      dict[`Property${index}`] = ["some text", index, true, index + 0.5][index % 4];
    }
    return dict;
  },
};

function problemOf(kind: CallKind, { payload, error }: NodeMessage & { readonly error?: unknown }): string | undefined {
  if (error !== undefined) return JSON.stringify(error);
  const good = {
    string: () => payload === text,
    bytes: () => Buffer.isBuffer(payload) && payload.length === BYTES,
    dict: () => typeof payload === "object" && payload !== null && Object.keys(payload).length === ENTRIES,
  }[kind];
  return good() ? undefined : "the reply is not what was sent";
}

function counterNode(RED: NodeAPI, node: Node): void {
  let counted = { received: 0, misplaced: 0, first: 0, last: 0, used: 0 };

  node.on("input", (message, _send, done) => {
    if (counted.received === 0) {
      counted.first = performance.now();
      counted.used = processorSeconds();
    }
    if (Number((message.payload as string[])[0]) !== counted.received) counted.misplaced++;
    counted.received++;
    counted.last = performance.now();
    done();
  });

  RED.httpAdmin.post("/bench/signals", (_request, response) => {
    counted = { received: 0, misplaced: 0, first: 0, last: 0, used: 0 };
    response.json({});
  });

  RED.httpAdmin.get("/bench/signals/:count", (request, response) => {
    const wanted = Number(request.params["count"]);
    const started = performance.now();
    const timer = setInterval(() => {
      const { received, misplaced, first, last, used } = counted;
      if (received < wanted && performance.now() - Math.max(last, started) < SILENCE_MS) return;
      clearInterval(timer);
      const seconds = (last - first) / 1000;
      response.json({ received, misplaced, seconds, processorSeconds: processorSeconds() - used });
    }, 10);
  });
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
