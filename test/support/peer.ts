import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { type ChildOptions, endChild, firstLine, spawnChild } from "./child";
import { makeTempDir } from "./temp-dir";
import { Collector } from "./until";

/** Debian's Python: the one that has python3-dbus, python3-gi and python3-dbusmock. */
export const PYTHON = "/usr/bin/python3";

/** A program that runs beside the test and is killed at its end. */
export class Peer {
  readonly child: ChildProcess;
  /** The line that said that it is ready. */
  readonly ready: string;
  /** The lines it prints after that one. */
  readonly lines = new Collector<string>();

  constructor(child: ChildProcess, ready: string) {
    this.child = child;
    this.ready = ready;
    let rest = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.lines.add(line);
    });
    child.stdout?.resume();
  }

  /** Writes a line to the program's standard input. */
  tell(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    return endChild(this.child, signal);
  }
}

/** Starts a program and resolves when it has printed its first line. It dies with the test process. */
export async function spawnPeer(command: string, args: readonly string[], options: ChildOptions = {}): Promise<Peer> {
  const child = spawnChild(command, args, { ...options, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin?.on("error", () => {
    // The program ended with our line unread: whoever waits for its answer fails with its name.
  });
  try {
    return new Peer(child, await firstLine(child, `${command} ${args[0] ?? ""}`));
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

/** The same for a Python program given as source text, run unbuffered. */
export function spawnPython(source: string, args: readonly string[] = [], options: ChildOptions = {}): Promise<Peer> {
  const file = path.join(makeTempDir(), "peer.py");
  writeFileSync(file, source);
  return spawnPeer(PYTHON, ["-u", file, ...args], options);
}
