import type { NodeAPI } from "node-red";
import type { EnvironmentFacts } from "../../lib/environment/facts";
import { findings } from "../../lib/environment/findings";
import { probeEnvironment } from "../../lib/environment/probe";
import { resolveAddress } from "../../lib/shared/bus-address";
import type { BusTarget } from "../../lib/shared/bus-choice";
import type { Finding } from "../../lib/shared/finding";
import { text } from "../../lib/shared/text";
import { translate } from "./texts";

/** What is known of this machine; probed anew per deploy, since logins and sockets come and go. */
let facts: EnvironmentFacts | undefined;
/** Findings that the log has told since the last deploy. */
const told = new Set<string>();

/** The machine may have changed. */
export function probeAgain(): void {
  facts = undefined;
}

/** A new deploy: what was told may be told again. */
export function forgetMachine(): void {
  probeAgain();
  told.clear();
}

function machine(): EnvironmentFacts {
  facts ??= probeEnvironment();
  return facts;
}

/** The address of a bus on this machine, its alternatives joined by `;`. */
export function addressOf(target: BusTarget): string {
  return resolveAddress(target, machine());
}

export function findingsFor(target: BusTarget): readonly Finding[] {
  return findings(machine(), target);
}

/** One line in the log per finding and deploy, not per node. Returns the findings that matter. */
export function warnOfFindings(RED: NodeAPI, target: BusTarget): readonly Finding[] {
  const serious = findingsFor(target).filter(({ severity }) => severity !== "info");
  for (const { code, params } of serious) {
    if (told.has(`${target.kind} ${code}`)) continue;
    told.add(`${target.kind} ${code}`);
    const parts = { title: text(`findings.${code}.title`, params), remedy: text(`findings.${code}.remedy`, params) };
    RED.log.warn(translate(RED, text("log.finding", parts)));
  }
  return serious;
}
