import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { SocketFact } from "./facts";

export type ReadResult = { readonly text: string } | { readonly failure: "missing" | "refused" };

/** The little that probing asks of a file system. Nothing here throws. Paths are absolute. */
export interface FileAccess {
  read(path: string): ReadResult;
  exists(path: string): boolean;
  /** The names in a directory; none where it cannot be read. */
  list(path: string): readonly string[];
  socket(path: string): SocketFact;
}

/** The machine's files, or those below `root` as if it were `/`. */
export function filesBelow(root = ""): FileAccess {
  const place = (path: string) => (root === "" ? path : join(root, path));
  return {
    read(path) {
      try {
        return { text: readFileSync(place(path), "utf8") };
      } catch (error) {
        return { failure: isRefusal(error) ? "refused" : "missing" };
      }
    },
    exists: (path) => existsSync(place(path)),
    list(path) {
      try {
        return readdirSync(place(path));
      } catch {
        return [];
      }
    },
    socket: (path) => socketAt(place(path)),
  };
}

function socketAt(path: string): SocketFact {
  let owner: number | undefined;
  try {
    const stat = statSync(path);
    if (!stat.isSocket()) return { state: "not-a-socket" };
    owner = stat.uid;
    // unix(7): connecting takes write permission on the socket, and on Linux nothing else.
    accessSync(path, constants.W_OK);
    return { state: "usable", owner };
  } catch (error) {
    return isRefusal(error) ? { state: "refused", owner } : { state: "missing" };
  }
}

function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EACCES" || code === "EPERM";
}
