import { createRequire } from "node:module";
import path from "node:path";
import type { NodeInitializer } from "node-red";
import { platform, platformOfSuite } from "./platform";

const load = createRequire(path.join(platform(platformOfSuite()).nodeRed, "red.js"));

/** Node-RED's own Catch and Complete nodes, of the Node-RED that the suite runs for. */
export const catchNode: NodeInitializer = load("@node-red/nodes/core/common/25-catch");
export const completeNode: NodeInitializer = load("@node-red/nodes/core/common/24-complete");
