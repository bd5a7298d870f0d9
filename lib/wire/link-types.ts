import type { DBusNodeError } from "../errors";
import type { IncomingMessage } from "./types";

export interface LinkOptions {
  /** Milliseconds, more than 0, for all alternatives together: connecting and authentication. Hello is not sent here. */
  readonly timeoutMs: number;
  /** Gives up opening: the promise rejects with DBUS_CANCELLED. Without effect afterwards. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called for each message, in order, never before code that awaits `openLink` has run. The
   * message's bytes are valid only until it returns.
   */
  readonly onMessage: (message: IncomingMessage) => void;
  /**
   * Called exactly once, when an opened link ends without our `close()`: DBUS_DISCONNECTED;
   * DBUS_AUTH_REFUSED where the bus closed it without a byte after authentication, because it does not
   * let this user in; DBUS_BAD_MESSAGE where it sent what cannot be cut into messages. Never after
   * `close()`.
   */
  readonly onClose: (error: DBusNodeError) => void;
  /** A message whose frame is sound and whose content is not: it is dropped, the link lives. */
  readonly onBadMessage?: ((error: DBusNodeError) => void) | undefined;
  /** What one of the other callbacks threw; without this it is dropped. The next message is delivered in any case. */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

/** An authenticated connection to a bus, before Hello. */
export interface Link {
  /** The alternative of the address that worked, as it was written. */
  readonly address: string;
  readonly serverGuid: string;
  /**
   * Sends one encoded message, whose chunks must not be changed afterwards. Never throws; without
   * effect on a link that has ended. Nothing limits what is buffered but the caller: see
   * `bufferedBytes`.
   */
  send(chunks: readonly Uint8Array[]): void;
  /** Bytes sent that the kernel has not taken yet. */
  readonly bufferedBytes: number;
  /**
   * Resolves with true when all sent so far has been handed to the kernel, or `close()` was called; with
   * false when the link has ended before. Never rejects.
   */
  whenDrained(): Promise<boolean>;
  /** Ends the link; what was sent before still goes out if the bus takes it within a second. No callback is called any more. */
  close(): void;
}
