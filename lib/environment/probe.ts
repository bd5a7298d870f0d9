import { homedir, userInfo } from "node:os";
import { type EnvironmentFacts, type SocketFact, type UidRange, VARIABLES, type Variables } from "./facts";
import type { FileAccess } from "./file-access";
import { filesBelow } from "./file-access";
import { socketPaths } from "./places";
import { autolaunchAddress, graphicalSession } from "./probe-session";

/** What is asked of the environment beside what the facts keep; the tokens only for being there. */
export interface ProcessVariables extends Variables {
  readonly container?: string | undefined;
  readonly HASSIO_TOKEN?: string | undefined;
  readonly INVOCATION_ID?: string | undefined;
  readonly KUBERNETES_SERVICE_HOST?: string | undefined;
  readonly SUPERVISOR_TOKEN?: string | undefined;
}

/** Where facts come from: this process and its machine, or a test's stand-in for both. */
export interface ProbeSources {
  readonly files: FileAccess;
  readonly env: ProcessVariables;
  readonly platform: string;
  readonly uid: number | undefined;
  readonly userName: string;
  readonly home: string;
}

/**
 * Collects the facts: some dozen small reads, no process started, nothing connected, never throws.
 * Facts go stale (a login, a new socket), so they are probed anew whenever they are shown.
 */
export function probeEnvironment(sources: ProbeSources = processSources()): EnvironmentFacts {
  const { files, platform, uid, userName } = sources;
  const env = variables(sources.env);
  const container = isContainer(files, sources.env);
  const wsl = !container && /microsoft/i.test(textOf(files, "/proc/sys/kernel/osrelease"));
  const inputs = { env, uid, autolaunchAddress: autolaunchAddress(files, sources.home, env.DISPLAY) };
  return {
    ...inputs,
    platform,
    userName,
    sockets: sockets(files, socketPaths(inputs)),
    runtimeDirectory: uid !== undefined && files.exists(`/run/user/${uid}`),
    lingering: files.exists(`/var/lib/systemd/linger/${userName}`),
    graphicalSession: uid !== undefined && graphicalSession(files, uid, wsl),
    // sd_booted(3) asks just this.
    systemd: files.exists("/run/systemd/system"),
    unit: sources.env.INVOCATION_ID === undefined ? undefined : systemUnit(textOf(files, "/proc/self/cgroup")),
    container,
    uidMap: uidMap(textOf(files, "/proc/self/uid_map")),
    confinedSnap: isConfinedSnap(files, env),
    homeAssistant: isGiven(sources.env.SUPERVISOR_TOKEN) || isGiven(sources.env.HASSIO_TOKEN),
    venus: files.exists("/opt/victronenergy") || files.exists("/etc/venus"),
    wsl,
  };
}

function processSources(): ProbeSources {
  const uid = process.getuid?.();
  // Both throw for a uid that has no account, as containers often run with.
  const userName = attempt(() => userInfo().username) ?? (uid === undefined ? "" : String(uid));
  const home = attempt(homedir) ?? "";
  return { files: filesBelow(), env: process.env, platform: process.platform, uid, userName, home };
}

function attempt(ask: () => string): string | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

function variables(env: ProcessVariables): Variables {
  return Object.fromEntries(VARIABLES.filter((name) => isGiven(env[name])).map((name) => [name, env[name]]));
}

function sockets(files: FileAccess, paths: readonly string[]): Readonly<Record<string, SocketFact>> {
  return Object.fromEntries(paths.map((path) => [path, files.socket(path)]));
}

/** Docker and Podman leave a file; systemd, LXC and Podman a variable of PID 1; cgroup v1 tells of the rest. */
function isContainer(files: FileAccess, env: ProcessVariables): boolean {
  if (files.exists("/.dockerenv") || files.exists("/run/.containerenv")) return true;
  if (isGiven(env.KUBERNETES_SERVICE_HOST)) return true;
  if (isContainerKind(env.container) || isContainerKind(textOf(files, "/run/systemd/container").trim())) return true;
  return /docker|kubepods|libpod|containerd|\/lxc[/.]/.test(textOf(files, "/proc/1/cgroup"));
}

/** Flatpak shares the host's buses, and WSL is a machine of its own, though both use the variable. */
function isContainerKind(kind: string | undefined): boolean {
  return isGiven(kind) && kind !== "flatpak" && kind !== "wsl";
}

/** `0::/system.slice/nodered.service`; a user's own services are below user.slice. */
function systemUnit(cgroup: string): string | undefined {
  return /:\/system\.slice\/(?:[^\n]*\/)?([^/\n]+\.service)(?:\/|$)/m.exec(cgroup)?.[1];
}

function uidMap(source: string): readonly UidRange[] {
  return Array.from(source.matchAll(/^\s*(\d+)\s+(\d+)\s+(\d+)\s*$/gm), ([, inside, outside, count]) => ({
    inside: Number(inside),
    outside: Number(outside),
    count: Number(count),
  }));
}

/** Programs started from a snap inherit `$SNAP` without its confinement; the AppArmor label says which it is. */
function isConfinedSnap(files: FileAccess, env: Variables): boolean {
  if (env.SNAP === undefined) return false;
  const label = files.read("/proc/self/attr/current");
  return "text" in label ? /^snap\..*\(enforce\)/.test(label.text) : label.failure === "refused";
}

function textOf(files: FileAccess, path: string): string {
  const result = files.read(path);
  return "text" in result ? result.text : "";
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
