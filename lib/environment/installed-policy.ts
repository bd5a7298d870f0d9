import { constants } from "node:fs";
import { readText } from "./read-text";

/** A policy file that is there, as it is; undefined where there is none. Throws what reading throws. */
export function readInstalled(file: string): { readonly content: string; readonly mode: number } | undefined {
  try {
    // A pipe in the file's place would be waited for: Node-RED asks here too.
    const { content, stat } = readText(file, constants.O_RDONLY | constants.O_NONBLOCK);
    return { content, mode: stat.mode & 0o7777 };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
