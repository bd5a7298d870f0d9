import { askBus } from "../bus/ask-bus";
import { BUS_NAME } from "../bus/bus-driver";
import type { Connection } from "../bus/connection";
import type { BusNameEntry } from "../shared/admin";
import { checkBusName } from "../shared/names";
import { processNames } from "./process-names";

/** A bus of a desktop has some 300. */
export const MOST_NAMES = 5_000;

export interface NameListing {
  readonly names: readonly BusNameEntry[];
  readonly leftOut: number;
}

/** Who can be called on a bus. Starts nothing. Rejects with DBusNodeError. */
export async function listNames(connection: Connection, timeoutMs: number): Promise<NameListing> {
  const [owned, activatable] = await Promise.all([
    askBus<string[]>(connection, { member: "ListNames", answer: "as", timeoutMs }),
    askBus<string[]>(connection, { member: "ListActivatableNames", answer: "as", timeoutMs }),
  ]);
  const known = new Set(owned);
  const startable = new Set(activatable);
  const all = [...new Set([...owned, ...activatable])];
  const valid = all.filter((name) => checkBusName(name) === undefined).sort(inOrder);
  const listed = valid.slice(0, MOST_NAMES);
  const programs = await processNames(
    connection,
    listed.filter((name) => known.has(name) && name !== BUS_NAME),
  );
  const names = listed.map((name): BusNameEntry => {
    const program = programs.get(name);
    const entry = { name, owned: known.has(name), activatable: startable.has(name) };
    return program === undefined ? entry : { ...entry, process: program };
  });
  return { names, leftOut: all.length - listed.length };
}

/** `:1.9` comes before `:1.10`. */
const { compare } = new Intl.Collator("en", { numeric: true });

/** Well-known names first. */
function inOrder(one: string, other: string): number {
  return Number(one.startsWith(":")) - Number(other.startsWith(":")) || compare(one, other);
}
