import path from "node:path";
import { run, type ToolResult } from "./busctl";
import { ROOT } from "./platform";

/** Runs `node-red-contrib-dbus` from its sources, as a user does, in English unless `env` says otherwise. */
export function cli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ToolResult> {
  const main = path.join(ROOT, "cli/main.ts");
  return run(process.execPath, ["--import", path.join(ROOT, "node_modules/tsx/dist/loader.mjs"), main, ...args], {
    env,
  });
}
