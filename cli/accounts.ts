import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import type { Accounts } from "../lib/policy/lint-rules";

export interface UserAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** A user of this machine, by name or uid; undefined where there is none. */
export function findUser(user: string): UserAccount | undefined {
  const [name = "", , uid, gid] = entry("passwd", user) ?? [];
  return uid === undefined ? undefined : { name, uid: Number(uid), gid: Number(gid) };
}

/** The ids of all groups that a user is in. */
export function groupsOf({ uid, gid }: UserAccount): readonly number[] {
  const { status, stdout } = spawnSync("id", ["-G", String(uid)], { encoding: "utf8", timeout: 10_000 });
  return status === 0 ? stdout.trim().split(" ").map(Number) : [gid];
}

/** The accounts that the bus of this machine knows. */
export const accounts: Accounts = {
  hasUser: (name) => entry("passwd", name) !== undefined,
  hasGroup: (name) => entry("group", name) !== undefined,
};

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

/** By the system's own look-up, which knows directories too; where there is no `getent`, by the file alone. */
function entry(database: "passwd" | "group", key: string): readonly string[] | undefined {
  if (key === "" || key.startsWith("-")) return undefined;
  const { error, status, stdout } = spawnSync("getent", [database, key], { encoding: "utf8", timeout: 10_000 });
  if (error === undefined) return status === 0 ? stdout.split("\n")[0]?.split(":") : undefined;
  return read(`/etc/${database}`)
    .split("\n")
    .map((line) => line.split(":"))
    .find(([name, , id]) => name === key || id === key);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
