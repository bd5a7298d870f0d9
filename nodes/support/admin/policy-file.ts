import { join } from "node:path";
import { readInstalled } from "../../../lib/environment/installed-policy";
import type { FoundFile } from "../../../lib/policy/effect";
import type { PolicyMachine } from "../machine";

/** Packages put their files there; those of an administrator count beside them. */
const PACKAGES = "/usr/share/dbus-1/system.d";

/** What is at the place of this file: in `directory`, or from a package in `packages`. Never throws. */
export function findPolicyFile(
  name: string,
  content: string,
  directory: string,
  bus: PolicyMachine["bus"] = "here",
  packages = PACKAGES,
): FoundFile {
  const file = join(directory, name);
  if (bus === "remote") return { state: "unseen", bus, file };
  try {
    const own = readInstalled(file);
    if (own !== undefined) return { state: own.content === content ? "same" : "different", file };
    // A container may have a bus of its own, so a file in it is told; that there is none means nothing.
    if (bus === "host") return { state: "unseen", bus, file };
    const packaged = join(packages, name);
    const theirs = readInstalled(packaged);
    if (theirs === undefined) return { state: "missing", file };
    return { state: theirs.content === content ? "same" : "packaged", file: packaged };
  } catch (error) {
    return { state: "unreadable", file, reason: error instanceof Error ? error.message : String(error) };
  }
}
