/** Finds the processes that a test run left behind, by a variable in their environment. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** Set for what is started; children inherit it, however they are detached. */
export const LEFTOVER_MARK = "NODE_RED_DBUS_RUN";

/** How long processes may take to end by themselves, in milliseconds. */
const GRACE = 5000;

/** Waits for all processes with this mark to end, kills those that do not, and returns their command lines. */
export async function endLeftovers(mark) {
  for (const start = Date.now(); Date.now() - start < GRACE; await wait(50)) {
    if (findMarked(mark).length === 0) return [];
  }
  const left = findMarked(mark);
  for (const { pid } of left) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended in between.
    }
  }
  return left.map(({ command }) => command);
}

function findMarked(mark) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      if (!read(pid, "environ").split("\0").includes(`${LEFTOVER_MARK}=${mark}`)) return [];
      return [{ pid: Number(pid), command: read(pid, "cmdline").replaceAll("\0", " ").trim() }];
    });
}

/** "" for a process that has ended, or that is another user's. */
function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
