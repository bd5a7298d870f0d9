import { parseAddress } from "../shared/address";
import type { EnvironmentFacts } from "./facts";
import { placesOf, reachablePlace } from "./places";
import { isApplicationContainer } from "./situation";

/** Where the system bus runs, and so its policy files are: beside this process, around its container, or elsewhere. */
export type BusMachine = "here" | "host" | "remote";

export function systemBusMachine(facts: EnvironmentFacts): BusMachine {
  const address = reachablePlace(placesOf("system", facts))?.candidate.address ?? "";
  const parsed = parseAddress(address);
  const [first] = "entries" in parsed ? parsed.entries : [];
  // A program that leads to a bus is ssh, mostly.
  if (first?.transport === "tcp" || first?.transport === "unixexec") return "remote";
  return isApplicationContainer(facts) ? "host" : "here";
}

/** This process's uid as the bus sees it: in a container, what its user namespace makes of it. */
export function uidAtBus(facts: EnvironmentFacts): number | undefined {
  const { uid, uidMap } = facts;
  if (uid === undefined || !isApplicationContainer(facts)) return uid;
  const range = uidMap.find(({ inside, count }) => uid >= inside && uid < inside + count);
  return range === undefined ? uid : range.outside + uid - range.inside;
}

/** Whom a policy file has to allow: a login name, or a uid where the bus's machine has other names. */
export function userAtBus(facts: EnvironmentFacts): string {
  const uid = systemBusMachine(facts) === "host" ? uidAtBus(facts) : undefined;
  return uid === undefined ? facts.userName : String(uid);
}
