import { bounded, type ChildOptions, spawnChild } from "./child";

export interface ToolResult {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code, or the signal that ended the program. */
  readonly code: number | NodeJS.Signals;
}

/** The address is all that the tools need of a bus. */
export interface HasAddress {
  readonly address: string;
}

/** `busctl --address=... <args>`. Resolves whatever the exit code is. */
export function busctl(bus: HasAddress, ...args: readonly string[]): Promise<ToolResult> {
  return run("busctl", [`--address=${bus.address}`, "--no-pager", ...args]);
}

/** All match rules that the daemon holds (`org.freedesktop.DBus.Debug.Stats`), as busctl prints them. */
export async function matchRules(bus: HasAddress): Promise<string> {
  const driver = ["org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.Debug.Stats"];
  const { stdout, stderr, code } = await busctl(bus, "call", ...driver, "GetAllMatchRules");
  if (code !== 0) throw new Error(`this dbus-daemon was built without statistics: ${stderr}`);
  return stdout;
}

/** `gdbus <command> --address ... <args>`, e.g. `gdbus(bus, "call", "--dest", ...)`. */
export function gdbus(bus: HasAddress, command: string, ...args: readonly string[]): Promise<ToolResult> {
  return run("gdbus", [command, "--address", bus.address, ...args]);
}

/** `dbus-send --bus=... <args>`. */
export function dbusSend(bus: HasAddress, ...args: readonly string[]): Promise<ToolResult> {
  return run("dbus-send", [`--bus=${bus.address}`, ...args]);
}

/** Runs a program to its end. */
export async function run(
  command: string,
  args: readonly string[],
  { env, ...user }: Pick<ChildOptions, "uid" | "groups"> & { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ToolResult> {
  const child = spawnChild(command, args, {
    ...user,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C.UTF-8", ...env },
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(signal ?? code ?? 0));
  });
  try {
    return { code: await bounded(ended, `the end of ${command} ${args.join(" ")}`), ...output };
  } finally {
    child.kill("SIGKILL");
  }
}
