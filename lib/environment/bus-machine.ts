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
