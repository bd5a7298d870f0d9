import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { transformSync } from "esbuild";
import { type NodeRed, startNodeRed } from "../test/support/node-red";
import { spawnPeer } from "../test/support/peer";
import { type PrivateBus, startBus } from "../test/support/private-bus";
import { makeTempDir } from "../test/support/temp-dir";
import { compilePrograms, type Programs } from "./programs";

/** What the C programs call themselves. */
export const BENCH_NAME = "org.example.Bench";
export const BENCH_PATH = "/org/example/Bench";

/** One private bus with the peer in C on it, and a Node-RED that will work on the same bus. */
export interface Stage {
  readonly bus: PrivateBus;
  readonly programs: Programs;
  readonly nodeRed: NodeRed;
  /** Resident bytes of Node-RED before it had any node of ours. */
  readonly idleBytes: number;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const programs = compilePrograms();
  const bus = await startBus({ type: "session" });
  const service = await spawnPeer(programs.service, [bus.address]);
  const nodeRed = await startNodeRed({
    version: "4",
    env: { DBUS_SESSION_BUS_ADDRESS: bus.address },
    flows: [],
    settings: { nodesDir: driverFolder() },
    messages: false,
  });
  return {
    ...{ bus, programs, nodeRed, idleBytes: nodeRed.memory().rss },
    close: async () => {
      await nodeRed.stop();
      await service.kill();
      await bus.stop();
    },
  };
}

/** The driver as Node-RED loads it. */
function driverFolder(): string {
  const folder = path.join(makeTempDir(), "nodes");
  mkdirSync(folder);
  const source = readFileSync(path.join(__dirname, "driver.ts"), "utf8");
  const { code } = transformSync(source, { loader: "ts", format: "cjs", platform: "node", target: "node20" });
  writeFileSync(path.join(folder, "driver.js"), code);
  const types = ["bench-caller", "bench-counter", "bench-trigger"];
  const html = types.map((type) => `<script type="text/html" data-template-name="${type}"></script>`).join("\n");
  writeFileSync(path.join(folder, "driver.html"), html);
  return folder;
}

/** Asks the driver's endpoints. */
export async function ask<Answer>(nodeRed: NodeRed, method: "GET" | "POST", route: string, body = {}): Promise<Answer> {
  const init = method === "GET" ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await nodeRed.api(route, { method, ...init });
  if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
