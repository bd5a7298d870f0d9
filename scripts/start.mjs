#!/usr/bin/env node
/**
 * `npm start [-- --once] [-- --fresh]`: installs what is missing, builds, and runs the demo: two private
 * buses with a small service on each, and Node-RED with these nodes and a flow that works them.
 *
 *   --once    run the flow without a person, print each message as a line of JSON, stop, exit 0
 *   --fresh   forget what was changed in the editor in earlier runs
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { setup } from "./setup.mjs";

const options = { once: false, fresh: false };
for (const arg of process.argv.slice(2)) {
  const name = arg.replace(/^--/, "");
  if (!arg.startsWith("--") || !Object.hasOwn(options, name)) {
    console.error("usage: npm start [-- --once] [-- --fresh]");
    process.exit(2);
  }
  options[name] = true;
}

try {
  setup("start");
  const build = fileURLToPath(new URL("build.mjs", import.meta.url));
  const { status } = spawnSync(process.execPath, [build], { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("the build failed");
  (await import("tsx/cjs/api")).register();
  const { runDemo } = createRequire(import.meta.url)("./demo.ts");
  await runDemo(options);
} catch (error) {
  console.error(`npm start: ${error.message}`);
  process.exitCode = 1;
}
