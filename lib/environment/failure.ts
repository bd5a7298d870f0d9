import { isAppArmorRefusal } from "../shared/apparmor";
import type { BusTarget } from "../shared/bus-choice";
import type { Finding } from "../shared/finding";
import type { EnvironmentFacts } from "./facts";
import { findings } from "./findings";
import { makeFinding } from "./make-finding";
import { type Place, placesOf, reachablePlace } from "./places";
import { isApplicationContainer, snapName } from "./situation";

/** Why an attempt to connect failed: a `DBusNodeError` fits, with what it was caused by. */
export interface ConnectFailure {
  readonly code: string;
  readonly message: string;
  /** The D-Bus error's body, where the bus answered with one. */
  readonly body?: readonly unknown[] | undefined;
  readonly cause?: unknown;
}

/**
 * What shows only when connecting. For the failure of an attempt to connect (not the loss of a
 * connection that was made); undefined where the machine's facts add nothing to the error itself.
 */
export function findingOfFailure(
  failure: ConnectFailure,
  facts: EnvironmentFacts,
  target: BusTarget,
): Finding | undefined {
  const causes = causesOf(failure);
  if (causes.some(({ texts }) => texts.some(isAppArmorRefusal))) return appArmor(facts);
  if (target.kind === "address") return undefined;
  const place = reachablePlace(placesOf(target.kind, facts));
  if (place === undefined) return undefined;
  const codes = causes.map((cause) => cause.code);
  // A bus that does not let a uid in says so by hanging up; one that answers Hello has another reason.
  const hungUp = codes.includes("DBUS_HELLO_REFUSED") && codes.includes("DBUS_DISCONNECTED");
  if (hungUp || codes.includes("DBUS_AUTH_REFUSED")) return strangersUid(facts, target.kind, place);
  if (place.path === undefined) return undefined;
  if (codes.includes("EACCES") || codes.includes("EPERM")) return closedSocket(facts, place.path);
  return codes.includes("ECONNREFUSED") ? makeFinding("socket-stale", "error", facts, { path: place.path }) : undefined;
}

/** The same as `findings`, after an attempt to connect: `failure` is why it failed, undefined that it did not. */
export function findingsAfterConnecting(
  facts: EnvironmentFacts,
  target: BusTarget,
  failure: ConnectFailure | undefined,
): readonly Finding[] {
  const expected = findings(facts, target);
  // What was expected to fail and did not was no problem.
  if (failure === undefined)
    return expected.filter(({ code, severity }) => severity !== "error" && code !== "container-uid");
  const shown = findingOfFailure(failure, facts, target);
  return shown === undefined ? expected : [shown, ...expected.filter(({ code }) => code !== shown.code)];
}

/** The bus knows the uid that the kernel tells it: the host's, not the container's. */
function strangersUid(facts: EnvironmentFacts, bus: "system" | "session", place: Place): Finding | undefined {
  if (isApplicationContainer(facts)) return makeFinding("container-uid", "error", facts);
  if (bus === "system") return undefined;
  const params = { path: place.path ?? place.candidate.address, owner: place.owner ?? "" };
  return makeFinding(facts.uid === 0 ? "session-root" : "session-other-user", "error", facts, params);
}

function appArmor(facts: EnvironmentFacts): Finding {
  return facts.confinedSnap
    ? makeFinding("snap", "error", facts, { snap: snapName(facts) })
    : makeFinding("apparmor", "error", facts);
}

/** The file's mode lets us in, or the place would not be reachable: something above it does not. */
function closedSocket(facts: EnvironmentFacts, path: string): Finding {
  if (facts.confinedSnap) return appArmor(facts);
  return makeFinding(isApplicationContainer(facts) ? "container-selinux" : "socket-refused", "error", facts, { path });
}

interface Cause {
  readonly code: string | undefined;
  readonly texts: readonly string[];
}

const MAX_CAUSES = 32;

/** The failure, what caused it, and where alternatives were tried, why each of them failed. */
function causesOf(failure: ConnectFailure): readonly Cause[] {
  const waiting: unknown[] = [failure];
  const found: Cause[] = [];
  while (waiting.length > 0 && found.length < MAX_CAUSES) {
    const cause = waiting.shift();
    if (typeof cause !== "object" || cause === null) continue;
    const { code, message, body, errors, cause: next } = cause as Partial<Record<string, unknown>>;
    const texts = [message, ...(Array.isArray(body) ? body : [])].filter((text) => typeof text === "string");
    found.push({ code: typeof code === "string" ? code : undefined, texts });
    waiting.push(next, ...(Array.isArray(errors) ? errors : []));
  }
  return found;
}
