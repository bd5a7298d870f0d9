import type { AddressInputs } from "../shared/bus-address";

/** The environment variables that findings rest on. None of them is a secret; facts may be printed. */
export const VARIABLES = [
  "DBUS_SYSTEM_BUS_ADDRESS",
  "DBUS_SESSION_BUS_ADDRESS",
  "XDG_RUNTIME_DIR",
  "XDG_CURRENT_DESKTOP",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "SUDO_UID",
  "PKEXEC_UID",
  "SNAP",
  "SNAP_INSTANCE_NAME",
] as const;

export type Variables = { readonly [Name in (typeof VARIABLES)[number]]?: string | undefined };

/** `refused`: it is there or may be, but this user may not open it. */
export type SocketState = "usable" | "refused" | "missing" | "not-a-socket";

export interface SocketFact {
  readonly state: SocketState;
  /** The uid that owns the socket, as this user namespace sees it. */
  readonly owner?: number | undefined;
}

/** One line of `/proc/self/uid_map`: `count` uids from `inside` on are those from `outside` on in the parent. */
export interface UidRange {
  readonly inside: number;
  readonly outside: number;
  readonly count: number;
}

/** What is known of the machine and the process, as pure data: `findings` needs nothing else. */
export interface EnvironmentFacts extends AddressInputs {
  /** `process.platform`. */
  readonly platform: string;
  readonly env: Variables;
  /** The uid as text where the user has no name. */
  readonly userName: string;
  /** Every `unix:path=` at which a bus may be, by path. */
  readonly sockets: Readonly<Record<string, SocketFact>>;
  /** `/run/user/<uid>` is there: logind made a runtime directory for this user. */
  readonly runtimeDirectory: boolean;
  /** logind keeps this user's services running without a login. */
  readonly lingering: boolean;
  /** This user has a graphical session, or a compositor's socket: whatever this process's own variables say. */
  readonly graphicalSession: boolean;
  /** systemd is the init system here. */
  readonly systemd: boolean;
  /** The system service that this process belongs to, such as `nodered.service`. */
  readonly unit: string | undefined;
  readonly container: boolean;
  readonly uidMap: readonly UidRange[];
  /** Inside a snap whose confinement is enforced (a classic snap, or a terminal in one, is not). */
  readonly confinedSnap: boolean;
  /** A Home Assistant add-on. */
  readonly homeAssistant: boolean;
  readonly venus: boolean;
  /** Windows Subsystem for Linux. */
  readonly wsl: boolean;
}
