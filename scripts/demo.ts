import { once as event } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { bounded } from "../test/support/child";
import { makeUserDir, type NodeRed, type SeenMessage, startNodeRed } from "../test/support/node-red";
import { spawnPeer } from "../test/support/peer";
import { ROOT } from "../test/support/platform";
import { type PrivateBus, startBus } from "../test/support/private-bus";

export interface DemoOptions {
  readonly once: boolean;
  readonly fresh: boolean;
}

const DEMO_NAME = "com.example.Demo";
const FLOW_FILE = path.join(__dirname, "demo-flow.json");
const ONCE_TIMEOUT_MS = 60_000;
const FIRST_PORT = 1880;
const WARNING = 30;

/** What the service does by itself comes more than once: the second time shows that listening works. */
const EXPECTED_TWICE = /^(Tick|Temperature watched)/;

interface FlowNode {
  readonly type: string;
  readonly name?: string;
}

/** Runs until it is interrupted; with `once`, until each debug node of the demo flow has what it should show. */
export async function runDemo({ once, fresh }: DemoOptions): Promise<void> {
  const cleanups: (() => Promise<void>)[] = [];
  try {
    const session = await startBus({ type: "session" });
    cleanups.push(() => session.stop());
    const system = await startBus({ type: "system", extraConfig: demoPolicy() });
    cleanups.push(() => system.stop());
    const serviceFile = path.join(__dirname, "demo-service.mjs");
    const service = await spawnPeer(process.execPath, [serviceFile, session.address, system.address]);
    cleanups.push(() => service.kill());
    const nodeRed = await startDemoNodeRed(once ? makeUserDir() : makeUserDir(keptUserDir(fresh)), {
      DBUS_SESSION_BUS_ADDRESS: session.address,
      DBUS_SYSTEM_BUS_ADDRESS: system.address,
    });
    cleanups.push(() => nodeRed.stop());
    await (once ? printOnce(nodeRed) : printUntilInterrupted(nodeRed, session, system));
  } finally {
    for (const cleanUp of cleanups.reverse()) await cleanUp();
  }
}

/** Editor's changes of earlier runs are in the user folder; a new one gets the demo flow. */
async function startDemoNodeRed(userDir: string, buses: Readonly<Record<string, string>>): Promise<NodeRed> {
  const isNew = !existsSync(path.join(userDir, "flows.json"));
  return startNodeRed({
    version: "4",
    userDir,
    port: await freePort(Number(process.env["PORT"] ?? FIRST_PORT)),
    // A flow may run programs of the person whose machine this is.
    env: { ...buses, HOME: process.env["HOME"] ?? userDir },
    ...(isNew ? { flows: demoFlow() } : {}),
  });
}

/** Default deny: on a system bus a name is owned and called by those whom a policy allows. */
function demoPolicy(): string {
  return `<policy user="${process.getuid?.() ?? 0}">
    <allow own="${DEMO_NAME}"/>
    <allow send_destination="${DEMO_NAME}"/>
  </policy>`;
}

/** Keeps what a person changes in the editor. */
function keptUserDir(fresh: boolean): string {
  const folder = path.join(ROOT, ".demo");
  if (fresh) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

function demoFlow(): FlowNode[] {
  return JSON.parse(readFileSync(FLOW_FILE, "utf8"));
}

/** The first port from this one on that nobody listens at. */
async function freePort(first: number): Promise<number> {
  for (let port = first; port < first + 100; port++) {
    const server = createServer().listen(port, "127.0.0.1");
    const free = await event(server, "listening").then(
      () => true,
      () => false,
    );
    server.close();
    if (free) return port;
  }
  throw new Error(`no free port from ${first} to ${first + 99}`);
}

async function printOnce(nodeRed: NodeRed): Promise<void> {
  const missing = new Map<string, number>();
  for (const { type, name } of demoFlow()) {
    if (type === "debug" && name && name !== "Errors") missing.set(name, EXPECTED_TWICE.test(name) ? 2 : 1);
  }
  const complete = new Promise<void>((resolve, reject) => {
    const take = (seen: SeenMessage): void => {
      console.log(JSON.stringify({ node: seen.node, ...seen.msg }));
      const left = (missing.get(seen.node) ?? 0) - 1;
      if (left > 0) missing.set(seen.node, left);
      else missing.delete(seen.node);
      if (seen.node === "Errors") reject(new Error(`the flow caught an error: ${JSON.stringify(seen.msg["error"])}`));
      if (missing.size === 0) resolve();
    };
    for (const seen of nodeRed.messages.items) take(seen);
    nodeRed.messages.onItem(take);
    nodeRed.child.once("exit", (code, signal) => reject(new Error(`Node-RED ended with ${signal ?? code}`)));
  });
  try {
    await bounded(complete, "the demo flow's messages", ONCE_TIMEOUT_MS);
  } catch (error) {
    const problems = nodeRed.log.items.filter(({ level }) => level <= WARNING).map(({ msg }) => String(msg));
    const lacking = `not received: ${[...missing.keys()].join(", ")}`;
    throw new Error([error instanceof Error ? error.message : error, lacking, ...problems].join("\n  "));
  }
}

/** Resolves on Ctrl-C, and rejects when Node-RED ends by itself. */
async function printUntilInterrupted(nodeRed: NodeRed, session: PrivateBus, system: PrivateBus): Promise<void> {
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  const ended = new Promise<never>((_, reject) => {
    nodeRed.child.once("exit", (code, signal) => reject(new Error(`Node-RED ended with ${signal ?? code}`)));
  });
  console.log(`
Node-RED with these nodes:  ${nodeRed.url}
Its buses are private, with ${DEMO_NAME} at /com/example/Demo on both:
  session bus  ${session.address}
  system bus   ${system.address}
Ctrl-C stops everything. What the flow's debug nodes receive:
`);
  const print = ({ node, msg }: SeenMessage) => console.log(`${node}: ${JSON.stringify(msg["payload"])}`);
  for (const seen of nodeRed.messages.items) print(seen);
  const stops = [
    nodeRed.messages.onItem(print),
    nodeRed.onLog(({ level, name, type, msg }) => {
      if (level <= WARNING) console.log(`! ${name || type || "Node-RED"}: ${String(msg)}`);
    }),
  ];
  try {
    await Promise.race([interrupted, ended]);
  } finally {
    // A second Ctrl-C finds no handler and ends us at once; our children die with us.
    for (const stop of stops) stop();
  }
  console.log("\nStopping.");
}
