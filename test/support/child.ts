import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";

/** How long a test waits for a program to start or to end. */
export const CHILD_TIMEOUT_MS = 10_000;

export interface ChildOptions extends SpawnOptions {
  /** Runs as this user and the group of the same number; only root may. */
  readonly uid?: number;
  /** With `uid`: supplementary groups; none by default. */
  readonly groups?: readonly number[];
}

/** Starts a program that dies with this process, even when this process is killed. */
export function spawnChild(command: string, args: readonly string[], options: ChildOptions = {}): ChildProcess {
  const { uid, groups = [], ...rest } = options;
  const others = groups.length === 0 ? "--clear-groups" : `--groups=${groups.join(",")}`;
  const user = uid === undefined ? [] : [`--reuid=${uid}`, `--regid=${uid}`, others];
  return spawn("setpriv", [...user, "--pdeathsig", "KILL", "--", command, ...args], rest);
}

/** Whether a child has ended, by exit or by signal. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Sends a signal and waits until the child has ended. */
export async function endChild(
  child: ChildProcess,
  signal: NodeJS.Signals = "SIGTERM",
  within = CHILD_TIMEOUT_MS,
): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await bounded(ended, `the end of process ${child.pid} after ${signal}`, within);
}

/** The promise's result, or an error that names what did not happen in time. */
export async function bounded<T>(promise: Promise<T>, what: string, ms = CHILD_TIMEOUT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms in vain for ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The first line of standard output, which is then paused: what follows waits for a listener and
 * `resume()`. Fails with standard error's text when the child ends before it.
 */
export async function firstLine(child: ChildProcess, what: string): Promise<string> {
  const { stdout, stderr } = child;
  if (stdout === null) throw new Error(`${what} has no standard output to read`);
  let complaint = "";
  stderr?.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4096);
  });
  const line = new Promise<string>((resolve, reject) => {
    let seen = "";
    const read = (chunk: Buffer): void => {
      seen += chunk.toString();
      const end = seen.indexOf("\n");
      if (end < 0) return;
      stdout.off("data", read);
      stdout.pause();
      if (end + 1 < seen.length) stdout.unshift(Buffer.from(seen.slice(end + 1)));
      resolve(seen.slice(0, end));
    };
    stdout.on("data", read);
    child.once("error", reject);
    // "close" rather than "exit": by then standard error has been read to its end.
    child.once("close", (code, signal) => {
      reject(new Error(`${what} ended (${signal ?? code}) before its first line: ${complaint}`));
    });
  });
  return bounded(line, `the first line of ${what}`);
}
