import type { DBusNodeError } from "../errors";

export type ConnectionState = "idle" | "connecting" | "connected" | "reconnecting" | "closed";

/** A connection's state, as listeners are told it. */
export interface ConnectionStatus {
  readonly state: ConnectionState;
  /** Why the last attempt failed or the connection was lost; undefined once it is connected. */
  readonly error?: DBusNodeError | undefined;
}
