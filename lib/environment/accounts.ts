import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

export interface UserAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

type Database = "passwd" | "group";

const OPTIONS = { encoding: "utf8", timeout: 10_000 } as const;

/** A user of this machine, by name or uid; undefined where there is none. */
export function findUser(user: string): UserAccount | undefined {
  return userOf(entry("passwd", user));
}

export function hasGroup(group: string): boolean {
  return entry("group", group) !== undefined;
}

/** The same without holding up the process: a directory server may take its time. Never rejects. */
export async function findUserSoon(user: string): Promise<UserAccount | undefined> {
  return userOf(await entrySoon("passwd", user));
}

export async function hasGroupSoon(group: string): Promise<boolean> {
  return (await entrySoon("group", group)) !== undefined;
}

function userOf([name = "", , uid, gid]: readonly string[] = []): UserAccount | undefined {
  return uid === undefined ? undefined : { name, uid: Number(uid), gid: Number(gid) };
}

/** By the system's own look-up, which knows directories too; where there is no `getent`, by the file alone. */
function entry(database: Database, key: string): readonly string[] | undefined {
  if (!isKey(key)) return undefined;
  const { error, status, stdout } = spawnSync("getent", [database, key], OPTIONS);
  if (error !== undefined) return entryInFile(database, key);
  return status === 0 ? fieldsOf(stdout) : undefined;
}

function entrySoon(database: Database, key: string): Promise<readonly string[] | undefined> {
  if (!isKey(key)) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    execFile("getent", [database, key], OPTIONS, (error, stdout) => {
      // A number is its exit code: it ran, and found nothing.
      if (error === null) resolve(fieldsOf(stdout));
      else resolve(typeof error.code === "number" ? undefined : entryInFile(database, key));
    });
  });
}

/** Nothing that `getent` would take for an option. */
function isKey(key: string): boolean {
  return key !== "" && !key.startsWith("-");
}

function fieldsOf(line: string): readonly string[] | undefined {
  return line.split("\n")[0]?.split(":");
}

function entryInFile(database: Database, key: string): readonly string[] | undefined {
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
