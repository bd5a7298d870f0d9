/**
 * What this machine means for a node's choice of bus. Its title, cause and remedy are catalogue
 * entries: `findings.<code>.title`, `.cause`, `.remedy`.
 */
export interface Finding {
  readonly code: FindingCode;
  /** `error`: it will not work. `warning`: it may not do what is meant. `info`: worth knowing. */
  readonly severity: "error" | "warning" | "info";
  readonly params: Readonly<Record<string, string | number>>;
  /** The system bus would do better here, and the dialog may offer it. */
  readonly useSystemBus: boolean;
}

export type FindingCode =
  /** A session bus without a desktop: what most session services need is not there. */
  | "session-no-desktop"
  /** No session bus for this user: a service without a login session. */
  | "session-missing"
  /** The user is logged in or lingering, but no session bus was started. */
  | "session-not-started"
  /** A session bus was found by its path, though no variable names it. */
  | "session-found-by-path"
  /** The session bus of a variable that is not a login's: a test's, a kiosk's, another machine's. */
  | "session-private"
  /** Root's session bus is not the user's. */
  | "session-root"
  /** The session bus belongs to another user, and lets nobody else in. */
  | "session-other-user"
  /** In a container, which has no session bus of a person. */
  | "session-container"
  | "session-venus"
  /** A container without the system bus's socket. */
  | "system-container-socket"
  /** No system bus on this machine, outside a container. */
  | "system-missing"
  /** A variable names an address where no bus is; it is used alone. */
  | "variable-wrong"
  /** The socket is there, but this user may not open it. */
  | "socket-refused"
  /** The socket is there, but no bus listens on it any more. */
  | "socket-stale"
  /** A container whose uid the host does not know. */
  | "container-uid"
  /** A container that SELinux keeps from the host's socket. */
  | "container-selinux"
  /** A Home Assistant add-on, without the host's system bus. */
  | "home-assistant"
  /** The same, and a session bus, which it can never have. */
  | "home-assistant-session"
  | "snap"
  | "apparmor"
  /** Windows Subsystem for Linux without systemd, which starts the buses. */
  | "wsl-no-systemd"
  /** macOS or Windows. */
  | "no-dbus-platform";
