import { existsSync } from "node:fs";
import path from "node:path";

export type NodeRedVersion = "4" | "5";

/** A supported Node-RED with the Node.js it is tested on. */
export interface Platform {
  readonly version: NodeRedVersion;
  /** The folder of the package `node-red`. */
  readonly nodeRed: string;
  /** The Node.js program. */
  readonly node: string;
}

export const ROOT = path.resolve(__dirname, "../..");
const MODULES = path.join(ROOT, "test/platforms/node_modules");

/** Node-RED 4.1 on this machine's Node.js, or Node-RED 5 on Node.js 24. */
export function platform(version: NodeRedVersion): Platform {
  const nodeRed = path.join(MODULES, `node-red-${version}`);
  if (!existsSync(nodeRed)) throw new Error("Node-RED is not installed for tests; please run: npm run setup");
  return { version, nodeRed, node: version === "4" ? machineNode() : packagedNode("24") };
}

/** The version that a suite runs for; `npm test` runs the node suite once for each. */
export function platformOfSuite(): NodeRedVersion {
  return process.env["NODE_RED_PLATFORM"] === "5" ? "5" : "4";
}

/** Node.js 22 or 24 from npm. They come for x64 and arm64 on Linux. */
export function packagedNode(major: "22" | "24"): string {
  const name = process.arch === "x64" ? `node${major}` : `node${major}-${process.arch}`;
  const packaged = path.join(MODULES, name, "bin/node");
  if (existsSync(packaged)) return packaged;
  const own = Number(process.versions.node.split(".")[0]);
  if (own >= Number(major)) return process.execPath;
  throw new Error(
    `There is no package of Node.js ${major} for ${process.platform} ${process.arch}: run the tests on Node.js ${major} or newer`,
  );
}

/** The Node.js that npm was started with: a suite itself may run on a packaged one. */
export function machineNode(): string {
  return process.env["npm_node_execpath"] ?? process.execPath;
}
