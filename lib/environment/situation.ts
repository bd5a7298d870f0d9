import type { EnvironmentFacts } from "./facts";

/** Questions about the facts that several findings ask. */

/** Node-RED runs there, D-Bus does not; a Unix with D-Bus of its own, such as FreeBSD, is none of these. */
export function isForeignPlatform({ platform }: EnvironmentFacts): boolean {
  return platform === "darwin" || platform === "win32";
}

/** A container around Node-RED, such as Docker's: what it needs is mounted into it. One with systemd is a machine of its own. */
export function isApplicationContainer({ container, systemd }: EnvironmentFacts): boolean {
  return container && !systemd;
}

/**
 * Our uid as the host of our container sees it: a system bus in there has rules for that one. Undefined
 * on a platform without uids.
 */
export function hostUid({ uid, uidMap }: EnvironmentFacts): number | undefined {
  if (uid === undefined) return undefined;
  const range = uidMap.find(({ inside, count }) => uid >= inside && uid < inside + count);
  return range === undefined ? uid : range.outside + uid - range.inside;
}

/**
 * Whether the host sees our uid as one of its subordinate uids (subuid(5) begins at 100000), which no
 * account there has. dbus-daemon drops a uid without an account; dbus-broker takes it.
 */
export function hasSubordinateUid(facts: EnvironmentFacts): boolean {
  const { uid, uidMap } = facts;
  if (uid === undefined || !isApplicationContainer(facts)) return false;
  const range = uidMap.find(({ inside, count }) => uid >= inside && uid < inside + count);
  // A range that maps to itself is no mapping; one of a single uid was chosen by a person (keep-id).
  return range !== undefined && range.count > 1 && range.inside !== range.outside && range.outside >= 100_000;
}

/**
 * Whether programs of a desktop may be on this user's session bus. The variables are only this
 * process's own: a display that ssh forwards or that WSL gives to everybody has no desktop behind
 * it, and sudo hands on the one of somebody else.
 */
export function hasDesktop(facts: EnvironmentFacts): boolean {
  const { env, graphicalSession, wsl } = facts;
  if (graphicalSession) return true;
  if (!hasOwnVariables(facts)) return false;
  if (wsl) return env.XDG_CURRENT_DESKTOP !== undefined;
  return env.WAYLAND_DISPLAY !== undefined || /^(?:unix)?:\d/.test(env.DISPLAY ?? "");
}

function hasOwnVariables({ env, uid }: EnvironmentFacts): boolean {
  return [env.SUDO_UID, env.PKEXEC_UID].every((caller) => caller === undefined || caller === String(uid));
}

export function snapName({ env }: EnvironmentFacts): string {
  return env.SNAP_INSTANCE_NAME ?? /\/snap\/([^/]+)/.exec(env.SNAP ?? "")?.[1] ?? "node-red";
}
