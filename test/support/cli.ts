import path from "node:path";
import { run, type ToolResult } from "./busctl";
import { ROOT } from "./platform";

/**
 * Runs `node-red-contrib-dbus` from its sources, as a user does, in English unless `env` says otherwise.
 * `by`: the command that runs it, such as `setpriv` for another user.
 */
export function cli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  by: readonly string[] = [],
): Promise<ToolResult> {
  const main = path.join(ROOT, "cli/main.ts");
  const loader = path.join(ROOT, "node_modules/tsx/dist/loader.mjs");
  const [command = "", ...words] = [...by, process.execPath, "--import", loader, main, ...args];
  return run(command, words, { env });
}
