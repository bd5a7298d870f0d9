import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { bounded, spawnChild } from "../test/support/child";
import { makeTempDir } from "../test/support/temp-dir";

/** The peers in C on sd-bus, each the path of a program. */
export interface Programs {
  /** `service ADDRESS` sends back what it gets, and has a property. */
  readonly service: string;
  /** `caller ADDRESS DESTINATION KIND IN_FLIGHT COUNT` prints the seconds that the calls took. */
  readonly caller: string;
  /** `emitter ADDRESS PATH KIND COUNT` emits numbered signals. */
  readonly emitter: string;
  /** `subscriber ADDRESS PATH KIND COUNT` receives them. */
  readonly subscriber: string;
}

const LIMIT_MS = 60_000;

/** Compiles the programs in `bench/c` into a temporary folder. */
export function compilePrograms(): Programs {
  const folder = makeTempDir();
  const flags = output("pkg-config", ["--cflags", "--libs", "libsystemd"]).trim().split(/\s+/);
  const compile = (name: string) => {
    const program = path.join(folder, name);
    output("gcc", ["-O2", "-Wall", "-o", program, path.join(__dirname, "c", `${name}.c`), ...flags]);
    return program;
  };
  return {
    service: compile("service"),
    caller: compile("caller"),
    emitter: compile("emitter"),
    subscriber: compile("subscriber"),
  };
}

function output(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr}`);
  return stdout;
}

/** Runs a program to its end and gives what it printed. */
export async function runProgram(program: string, args: readonly string[]): Promise<string> {
  const child = spawnChild(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${program} ended with ${signal ?? code}`));
    });
  });
  try {
    return await bounded(ended, `the end of ${program}`, LIMIT_MS);
  } finally {
    child.kill("SIGKILL");
  }
}

/** Runs a program once and waits for its end, with nothing between us and it: what is measured is its start. */
export function runOnce(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ended with ${signal ?? code}`));
    });
  });
}
