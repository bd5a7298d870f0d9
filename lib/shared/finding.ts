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
  /** A session bus was found by its path, though no variable names it. */
  | "session-found-by-path"
  /** Root's session bus is not the user's. */
  | "session-root"
  /** In a container, which has no session bus of a person. */
  | "session-container"
  | "session-venus"
  /** A container without the system bus's socket. */
  | "system-container-socket"
  /** No system bus on this machine, outside a container. */
  | "system-missing"
  /** The socket is there, but this user may not open it. */
  | "socket-refused"
  /** A container whose uid the host does not know. */
  | "container-uid"
  | "home-assistant"
  | "snap"
  | "apparmor"
  /** macOS or Windows. */
  | "no-dbus-platform";
