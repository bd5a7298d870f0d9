import { DBusNodeError } from "../errors";
import { text } from "../shared/text";
import { Listeners } from "./listeners";
import type { Transport } from "./transport";

/**
 * So much may wait for the bus to take it, or for a call's turn: some 250,000 small messages, so that a
 * flow may send many in one turn of the event loop, in which nothing can leave.
 */
export const MAX_UNSENT_MIB = 64;
export const MAX_UNSENT_BYTES = MAX_UNSENT_MIB * 1024 * 1024;

/** What has been sent and the bus has not taken yet, because it hangs or because a receiver of ours is slow. */
export class Backlog {
  readonly #transport: () => Transport | undefined;
  readonly #listeners = new Listeners<[full: boolean]>();
  #told = false;

  constructor(transport: () => Transport | undefined) {
    this.#transport = transport;
  }

  /** Whether no more is to be sent. A single message may go beyond the bound. */
  isFull(): boolean {
    const transport = this.#transport();
    if (transport === undefined || transport.bufferedBytes < MAX_UNSENT_BYTES) return false;
    if (!this.#told) {
      this.#told = true;
      void transport.whenDrained().then(() => this.#drained());
      this.#listeners.emit(true);
    }
    return true;
  }

  /** Throws DBusNodeError DBUS_LIMITS_EXCEEDED where no more is to be sent. */
  check(): void {
    if (this.isFull()) throw backlogError();
  }

  /** Told once that it is full, as somebody asks, and then that all has been taken or is gone with its link. */
  onChange(listener: (full: boolean) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Resolves when all that was sent has been handed to the kernel; with false when the connection was lost before. */
  whenDrained(): Promise<boolean> {
    return this.#transport()?.whenDrained() ?? Promise.resolve(true);
  }

  #drained(): void {
    this.#told = false;
    this.#listeners.emit(false);
  }
}

export function backlogError(): DBusNodeError {
  return new DBusNodeError("DBUS_LIMITS_EXCEEDED", text("errors.backlog-full", { most: MAX_UNSENT_MIB }));
}
