import { spawnSync } from "node:child_process";
import { userInfo } from "node:os";
import { findUser, hasGroup, type UserAccount } from "../lib/environment/accounts";
import type { Accounts } from "../lib/policy/lint-rules";

/** The ids of all groups that a user is in. */
export function groupsOf({ uid, gid }: UserAccount): readonly number[] {
  const { status, stdout } = spawnSync("id", ["-G", String(uid)], { encoding: "utf8", timeout: 10_000 });
  return status === 0 ? stdout.trim().split(" ").map(Number) : [gid];
}

/** The accounts that the bus of this machine knows. */
export const accounts: Accounts = { hasUser: (name) => findUser(name) !== undefined, hasGroup };

/** Who runs this program; behind `sudo`, who called that. */
export function currentUser(env: { readonly SUDO_USER?: string | undefined } = process.env): string {
  const uid = process.getuid?.();
  if (uid === 0 && env.SUDO_USER !== undefined && env.SUDO_USER !== "") return env.SUDO_USER;
  try {
    return userInfo().username;
  } catch {
    // A uid without an account, as containers often run with.
    return String(uid ?? "");
  }
}
