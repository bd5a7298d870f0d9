import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { parseAddress } from "../shared/address";

/** A new socket takes connections a moment after it has appeared. */
const SETTLE_MS = 50;

/**
 * Waits for the next attempt to connect: `waitMs`, or less where a socket of the address is made
 * anew before. Ends early, too, when aborted. Never rejects.
 */
export function watchSocket(address: string, waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const watchers: FSWatcher[] = [];
    const stopWatching = () => {
      for (const watcher of watchers) watcher.close();
    };
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      stopWatching();
      resolve();
    };
    const soon = () => {
      stopWatching();
      clearTimeout(timer);
      timer = setTimeout(end, Math.min(SETTLE_MS, waitMs));
    };
    let timer = setTimeout(end, waitMs);
    signal.addEventListener("abort", end);
    if (signal.aborted) return end();
    for (const path of socketPaths(address)) {
      const watcher = watchFolder(path, soon);
      if (watcher !== undefined) watchers.push(watcher);
    }
  });
}

function socketPaths(address: string): string[] {
  const parsed = parseAddress(address);
  if ("problem" in parsed) return [];
  return parsed.entries.flatMap(({ transport, keys }) => {
    const path = transport === "unix" ? keys.get("path") : undefined;
    return path === undefined ? [] : [path];
  });
}

/** Undefined where the folder is missing or cannot be watched: then the wait runs its time. */
function watchFolder(path: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dirname(path), (_event, file) => {
      if (file === basename(path)) onChange();
    });
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
