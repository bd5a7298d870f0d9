import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { machineNode, ROOT } from "./platform";
import { makeTempDir } from "./temp-dir";

const NPM_TIMEOUT_MS = 120_000;

export interface Tarball {
  readonly file: string;
  /** Paths in the package, and modes in octal as numbers (0o755). */
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

/** `npm pack` of this checkout as it was built. */
export function packTarball(): Tarball {
  const folder = makeTempDir();
  const report: unknown = JSON.parse(npm(ROOT, "pack", "--ignore-scripts", "--json", "--pack-destination", folder));
  // npm 11 prints an array with one entry, npm 12 an object.
  const [packed] = Object.values(report as Record<string, Tarball & { readonly filename: string }>);
  if (packed === undefined) throw new Error("npm pack reported nothing");
  return { file: path.join(folder, packed.filename), files: packed.files };
}

/** A Node-RED user folder with the package installed as the palette manager does it. */
export function installTarball({ file }: Tarball): string {
  const userDir = makeTempDir();
  writeFileSync(path.join(userDir, "package.json"), JSON.stringify({ name: "node-red-project", private: true }));
  npm(userDir, "install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", file);
  return userDir;
}

/** Standard output of npm, run by the machine's Node.js as npm itself was. */
function npm(cwd: string, ...args: readonly string[]): string {
  const script = process.env["npm_execpath"];
  const own = script !== undefined && /npm-cli\.c?js$/.test(script);
  const [command, first] = own ? [machineNode(), [script]] : ["npm", []];
  const { status, stdout, stderr, error } = spawnSync(command, [...first, ...args], {
    cwd,
    encoding: "utf8",
    timeout: NPM_TIMEOUT_MS,
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD)/.test(name))),
  });
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed: ${error?.message ?? ""}\n${stdout}\n${stderr}`);
  return stdout;
}
