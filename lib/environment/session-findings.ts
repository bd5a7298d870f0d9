import type { Finding, FindingCode } from "../shared/finding";
import type { EnvironmentFacts } from "./facts";
import { makeFinding } from "./make-finding";
import { loginBusUid, type Place, placesOf, reachablePlace } from "./places";
import { hasDesktop, isApplicationContainer, isForeignPlatform, snapName } from "./situation";

/** `systemBus`: the system bus can be used here, so that a finding may offer it. */
export function sessionFindings(facts: EnvironmentFacts, systemBus: boolean): readonly Finding[] {
  const places = placesOf("session", facts);
  const place = reachablePlace(places);
  if (place === undefined) return [withoutBus(facts, places, systemBus)];
  const stranger = otherUsersBus(facts, place, systemBus);
  if (stranger !== undefined) return [stranger];
  const found =
    isConfigured(place) && !isLoginBus(facts, place) ? privateBus(facts, place) : loginBus(facts, systemBus);
  return [...found, ...foundByPath(facts, place), ...snap(facts)];
}

/** A session bus takes its own user only: dbus-daemon refuses even root. */
function otherUsersBus(facts: EnvironmentFacts, place: Place, systemBus: boolean): Finding | undefined {
  const { owner, path = "" } = place;
  if (owner === undefined || owner === facts.uid || !isLoginBus(facts, place)) return undefined;
  const params = { path, owner };
  if (isApplicationContainer(facts)) return makeFinding("container-uid", "error", facts, params, systemBus);
  if (facts.uid === 0) return makeFinding("session-root", "error", facts, params, systemBus);
  return makeFinding("session-other-user", "error", facts, params, systemBus);
}

/**
 * A bus that somebody named on purpose. On a desktop this is how the login's bus was named before
 * logind, so nothing is said; elsewhere only the programs started with it are there.
 */
function privateBus(facts: EnvironmentFacts, { candidate }: Place): readonly Finding[] {
  if (hasDesktop(facts)) return [];
  return [makeFinding("session-private", "info", facts, { address: candidate.address })];
}

function loginBus(facts: EnvironmentFacts, systemBus: boolean): readonly Finding[] {
  // The host's bus, mounted on purpose: whether a desktop is on it cannot be seen from in here.
  if (isApplicationContainer(facts)) return [];
  if (facts.venus) return [makeFinding("session-venus", "warning", facts, {}, systemBus)];
  if (hasDesktop(facts)) return [];
  const code = facts.uid === 0 ? "session-root" : "session-no-desktop";
  return [makeFinding(code, "warning", facts, {}, systemBus)];
}

/** Whether the snap's interface is connected shows only when a service is called: no warning yet. */
function snap(facts: EnvironmentFacts): readonly Finding[] {
  return facts.confinedSnap ? [makeFinding("snap", "info", facts, { snap: snapName(facts) })] : [];
}

function foundByPath(facts: EnvironmentFacts, { candidate }: Place): readonly Finding[] {
  if (candidate.source !== "runtime-directory" && candidate.source !== "autolaunch") return [];
  return [makeFinding("session-found-by-path", "info", facts, { address: candidate.address })];
}

function withoutBus(facts: EnvironmentFacts, places: readonly Place[], systemBus: boolean): Finding {
  const make = (code: FindingCode, severity: Finding["severity"], params: Finding["params"] = {}) =>
    makeFinding(code, severity, facts, params, systemBus);
  if (facts.homeAssistant) return make("home-assistant-session", "error");
  if (isApplicationContainer(facts)) return make("session-container", "warning");
  if (facts.venus) return make("session-venus", "warning");
  const refused = places.find(({ state }) => state === "refused");
  if (refused !== undefined) return refusal(refused);
  const configured = places.find((place) => isConfigured(place) && !isOwnLoginBus(facts, place));
  if (configured !== undefined) {
    const { source: variable, address } = configured.candidate;
    return make("variable-wrong", "error", { variable, address });
  }
  if (isForeignPlatform(facts)) return make("no-dbus-platform", "error");
  if (facts.wsl && !facts.systemd) return make("wsl-no-systemd", "error");
  if (facts.uid === 0) return make("session-root", "warning");
  return make(facts.runtimeDirectory || facts.lingering ? "session-not-started" : "session-missing", "warning");

  function refusal(place: Place): Finding {
    const { path = "" } = place;
    if (facts.confinedSnap) return make("snap", "error", { snap: snapName(facts) });
    const owner = loginBusUid(path);
    return owner === undefined || owner === facts.uid
      ? make("socket-refused", "error", { path })
      : make("session-other-user", "error", { path, owner });
  }
}

function isConfigured({ candidate }: Place): boolean {
  return candidate.source === "DBUS_SESSION_BUS_ADDRESS";
}

/** The bus of a login, whoever's: at the place where logind, or this process's XDG_RUNTIME_DIR, has it. */
function isLoginBus(facts: EnvironmentFacts, place: Place): boolean {
  return loginBusUid(place.path) !== undefined || isOwnLoginBus(facts, place);
}

function isOwnLoginBus({ env, uid }: EnvironmentFacts, { path }: Place): boolean {
  if (path === undefined) return false;
  const directory = env.XDG_RUNTIME_DIR?.replace(/\/+$/, "");
  return path === `${directory}/bus` || loginBusUid(path) === uid;
}
