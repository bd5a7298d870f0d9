import { readFileSync, statSync } from "node:fs";

/** A policy file that is there, as it is; undefined where there is none. Throws what reading throws. */
export function readInstalled(file: string): { readonly content: string; readonly mode: number } | undefined {
  try {
    return { content: readFileSync(file, "utf8"), mode: statSync(file).mode & 0o7777 };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
