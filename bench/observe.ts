import { writeFileSync } from "node:fs";
import { busctl, type HasAddress } from "../test/support/busctl";
import type { NodeRed } from "../test/support/node-red";
import { eventuallyAsync } from "../test/support/until";

/** The unique names of Node-RED's connections, as the bus sees them. */
export async function connectionsOf(bus: HasAddress, { child }: NodeRed): Promise<readonly string[]> {
  const names = await ask<readonly { readonly name: string; readonly pid?: number }[]>(bus, "list", "--unique");
  return names.filter(({ pid }) => pid === child.pid).map(({ name }) => name);
}

/** The match rules that the bus holds for Node-RED. */
export async function matchRulesOf(bus: HasAddress, nodeRed: NodeRed): Promise<readonly string[]> {
  const path = "/org/freedesktop/DBus";
  const method = ["org.freedesktop.DBus", path, "org.freedesktop.DBus.Debug.Stats", "GetAllMatchRules"];
  const { data } = await ask<{ readonly data: readonly [Readonly<Record<string, readonly string[]>>] }>(
    bus,
    "call",
    ...method,
  );
  const names = await connectionsOf(bus, nodeRed);
  return names.flatMap((name) => data[0][name] ?? []);
}

/** Resolves when somebody owns the name. */
export async function hasName(bus: HasAddress, name: string): Promise<void> {
  const owned = async () => (await busctl(bus, "status", name)).code === 0;
  await eventuallyAsync(owned, { what: `an owner of ${name}` });
}

/** Linux: the peak of resident memory is taken anew from here on (`man 5 proc`, clear_refs). */
export function resetPeak({ child }: NodeRed): void {
  writeFileSync(`/proc/${child.pid}/clear_refs`, "5");
}

async function ask<Answer>(bus: HasAddress, ...args: readonly string[]): Promise<Answer> {
  const { stdout, stderr, code } = await busctl(bus, "--json=short", ...args);
  if (code !== 0) throw new Error(`busctl ${args.join(" ")}: ${stderr}`);
  return JSON.parse(stdout) as Answer;
}
