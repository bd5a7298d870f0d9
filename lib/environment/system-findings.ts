import type { Finding } from "../shared/finding";
import type { EnvironmentFacts } from "./facts";
import { makeFinding } from "./make-finding";
import { type Place, placesOf, reachablePlace } from "./places";
import { hasSubordinateUid, isApplicationContainer, isForeignPlatform, snapName } from "./situation";

export function systemFindings(facts: EnvironmentFacts): readonly Finding[] {
  const places = placesOf("system", facts);
  return reachablePlace(places) === undefined ? [withoutBus(facts, places)] : withBus(facts);
}

function withBus(facts: EnvironmentFacts): readonly Finding[] {
  // Whether the interface is connected shows only when a service is called: no warning yet.
  if (facts.confinedSnap) return [makeFinding("snap", "info", facts, { snap: snapName(facts) })];
  return hasSubordinateUid(facts) ? [makeFinding("container-uid", "warning", facts)] : [];
}

function withoutBus(facts: EnvironmentFacts, places: readonly Place[]): Finding {
  const refused = places.find(({ state }) => state === "refused");
  if (refused !== undefined) {
    return facts.confinedSnap
      ? makeFinding("snap", "error", facts, { snap: snapName(facts) })
      : makeFinding("socket-refused", "error", facts, { path: refused.path ?? "" });
  }
  const configured = places.find(({ candidate }) => candidate.source === "DBUS_SYSTEM_BUS_ADDRESS");
  if (configured !== undefined) {
    const { source: variable, address } = configured.candidate;
    return makeFinding("variable-wrong", "error", facts, { variable, address });
  }
  if (isForeignPlatform(facts)) return makeFinding("no-dbus-platform", "error", facts);
  if (facts.homeAssistant) return makeFinding("home-assistant", "error", facts);
  if (isApplicationContainer(facts)) return makeFinding("system-container-socket", "error", facts);
  if (facts.wsl && !facts.systemd) return makeFinding("wsl-no-systemd", "error", facts);
  return makeFinding("system-missing", "error", facts);
}
