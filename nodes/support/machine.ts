import type { NodeAPI } from "node-red";
import { type BusMachine, systemBusMachine } from "../../lib/environment/bus-machine";
import type { EnvironmentFacts } from "../../lib/environment/facts";
import { type ConnectFailure, findingsAfterConnecting } from "../../lib/environment/failure";
import { findings } from "../../lib/environment/findings";
import { probeEnvironment } from "../../lib/environment/probe";
import { hostUid, isApplicationContainer } from "../../lib/environment/situation";
import type { Circumstances } from "../../lib/policy/explain";
import { resolveAddress } from "../../lib/shared/bus-address";
import type { BusTarget } from "../../lib/shared/bus-choice";
import type { Finding } from "../../lib/shared/finding";
import { type Text, text } from "../../lib/shared/text";
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

/** What a bus's refusal does not tell: who asked, and from where. */
export function callerFacts(target: BusTarget): Pick<Circumstances, "user" | "uid" | "container" | "bus"> {
  const facts = machine();
  const bus = isSystemBus(target) ? "system" : target.kind;
  if (!isApplicationContainer(facts)) return { user: facts.userName, uid: facts.uid, container: false, bus };
  const uid = hostUid(facts);
  return { user: uid === 0 ? "root" : String(uid ?? facts.userName), uid, container: true, bus };
}

/** Whichever way it is named. */
function isSystemBus(target: BusTarget): boolean {
  if (target.kind !== "address") return target.kind === "system";
  const own = addressOf({ kind: "system" }).split(";");
  return addressOf(target)
    .split(";")
    .every((address) => own.includes(address));
}

/** The login name of this process. */
export function userName(): string {
  return machine().userName;
}

/** What a policy file of the system bus has to know of this machine. */
export interface PolicyMachine {
  /** This runtime as the bus knows it, by name or number, and by number. */
  readonly user: string;
  readonly uid: number | undefined;
  readonly bus: BusMachine;
  /** Venus OS lets every user own and call every name. */
  readonly needsNoFile: boolean;
}

export function policyMachine(): PolicyMachine {
  const facts = machine();
  const bus = systemBusMachine(facts);
  const { user, uid } = callerFacts({ kind: "system" });
  return { user, uid, bus, needsNoFile: facts.venus && bus === "here" };
}

export function findingsFor(target: BusTarget): readonly Finding[] {
  return findings(machine(), target);
}

/** The findings that matter, now that connecting has worked or failed: the most serious comes first. */
export function seriousFindings(target: BusTarget, failure?: ConnectFailure): readonly Finding[] {
  return findingsAfterConnecting(machine(), target, failure).filter(({ severity }) => severity !== "info");
}

/** What is to be minded about a bus that is connected: a line in the log per finding and deploy, not per node. */
export function warnOfFindings(RED: NodeAPI, target: BusTarget): void {
  for (const finding of seriousFindings(target)) {
    const key = `${target.kind} ${finding.code}`;
    if (told.has(key)) continue;
    told.add(key);
    RED.log.warn(translate(RED, text("log.finding", findingTexts(finding))));
  }
}

export function findingTexts({ code, params }: Finding): { readonly title: Text; readonly remedy: Text } {
  return { title: text(`findings.${code}.title`, params), remedy: text(`findings.${code}.remedy`, params) };
}
