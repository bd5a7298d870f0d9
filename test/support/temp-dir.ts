import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

let root: string | undefined;
let count = 0;

/**
 * A new folder below the system's temporary one, readable by every user. It goes when this process
 * ends, however it ends: a shell waits for the end of its standard input, which we hold open.
 */
export function makeTempDir(): string {
  root ??= makeRoot();
  const directory = path.join(root, String(++count));
  mkdirSync(directory);
  return directory;
}

function makeRoot(): string {
  const directory = mkdtempSync(path.join(tmpdir(), "node-red-dbus-"));
  // Tests connect as other users too.
  chmodSync(directory, 0o755);
  // Detached: an interrupt from the terminal must not reach it before it has done its work.
  const janitor = spawn("sh", ["-c", 'cat; rm -rf -- "$1"', "janitor", directory], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  janitor.unref();
  // The pipe must not keep this process alive: a child's stdin is a socket, which can be unreferenced.
  const { stdin } = janitor;
  if ("unref" in stdin && typeof stdin.unref === "function") stdin.unref();
  return directory;
}
