import type { BusTarget } from "../shared/bus-choice";
import type { Finding } from "../shared/finding";
import type { EnvironmentFacts } from "./facts";
import { sessionFindings } from "./session-findings";
import { systemFindings } from "./system-findings";

/**
 * What the machine means for a choice of bus, as far as can be said before connecting. The most
 * serious comes first; empty where all is well. An address that somebody typed is theirs to know:
 * connecting says what is wrong with it.
 */
export function findings(facts: EnvironmentFacts, target: BusTarget): readonly Finding[] {
  if (target.kind === "address") return [];
  const system = systemFindings(facts);
  if (target.kind === "system") return system;
  return sessionFindings(
    facts,
    system.every(({ severity }) => severity === "info"),
  );
}
