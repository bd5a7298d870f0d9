import assert from "node:assert/strict";
import type { EnvironmentFacts } from "../../../lib/environment/facts";
import { findings } from "../../../lib/environment/findings";

const codes = (facts: EnvironmentFacts, kind: "system" | "session") =>
  findings(facts, { kind }).map(({ code, severity }) => `${severity} ${code}`);

/** A situation, and exactly what is to be said about it: `[facts, system bus, session bus]`. */
export type Situation = readonly [facts: EnvironmentFacts, system: readonly string[], session: readonly string[]];

export const NO_DESKTOP = "warning session-no-desktop";
export const BY_PATH = "info session-found-by-path";
export const login = { DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/user/1000/bus", XDG_RUNTIME_DIR: "/run/user/1000" };
export const userBus = (uid: number, owner: number) =>
  ({ [`/run/user/${uid}/bus`]: { state: "usable", owner } }) as const;
export const session = (address: string) => ({ DBUS_SESSION_BUS_ADDRESS: address });

export function describeSituations(group: string, situations: Readonly<Record<string, Situation>>): void {
  describe(`findings: ${group}`, () => {
    for (const [name, [facts, system, ofSession]] of Object.entries(situations)) {
      it(name, () => {
        const found = { system: codes(facts, "system"), session: codes(facts, "session") };
        assert.deepEqual(found, { system, session: ofSession });
      });
    }
  });
}
