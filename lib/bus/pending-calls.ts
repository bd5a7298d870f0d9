import { DBusNodeError } from "../errors";
import { text } from "../shared/text";
import type { IncomingMessage } from "../wire/types";
import { guard } from "./listeners";

/**
 * A system bus allows 128 pending replies per connection (`max_replies_per_connection`); calls
 * beyond this wait here, in order, instead of being refused there.
 */
export const MAX_IN_FLIGHT = 100;
/** Calls that wait for the bus or for a place; beyond it a flow is sending faster than it can ever be served. */
export const MAX_WAITING = 10_000;

/**
 * Told exactly once: the reply (or error reply), whose bytes are valid only during this call; why there
 * is none; or undefined, for a call that expects no reply, once it is handed to the bus.
 */
export type Settle = (outcome: IncomingMessage | DBusNodeError | undefined) => void;

/** Calls that end together, as a node's do when it closes; none can be added after that. */
export class CallGroup {
  readonly #calls = new Set<PendingCall>();
  #cancelled = false;

  get size(): number {
    return this.#calls.size;
  }

  add(call: PendingCall): void {
    this.#calls.add(call);
  }

  delete(call: PendingCall): void {
    this.#calls.delete(call);
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** Ends each with DBUS_CANCELLED. What was sent stays sent; its reply is ignored. */
  cancel(): void {
    this.#cancelled = true;
    // The latest first: else each call that ends would make room for one that waits, and send it.
    for (const call of [...this.#calls].reverse()) call.end(cancelledError());
  }
}

export interface CallDetails {
  readonly serial: number;
  readonly chunks: readonly Uint8Array[];
  /** 0 waits for ever. The wait for the bus counts. */
  readonly timeoutMs: number;
  /** False for calls with the no-reply flag: over as soon as they are written. */
  readonly expectsReply: boolean;
  /** Whether a reply may come from this sender. */
  readonly acceptsSender: (sender: string | undefined) => boolean;
  readonly timeoutError: () => DBusNodeError;
  readonly settle: Settle;
  readonly group?: CallGroup | undefined;
}

/** One call from its submission to its end, which comes exactly once: reply, timeout, cancel or loss. */
export class PendingCall {
  readonly details: CallDetails;
  readonly #owner: PendingCalls;
  readonly #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(details: CallDetails, owner: PendingCalls) {
    this.details = details;
    this.#owner = owner;
    details.group?.add(this);
    if (details.timeoutMs > 0) {
      this.#timer = setTimeout(() => this.end(details.timeoutError()), details.timeoutMs);
    }
  }

  end(outcome: IncomingMessage | DBusNodeError | undefined): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.details.group?.delete(this);
    this.#owner.forget(this);
    guard(() => this.details.settle(outcome));
  }
}

/** The calls of one connection: those in flight by serial, those that wait in the order of their coming. */
export class PendingCalls {
  readonly #write: (chunks: readonly Uint8Array[]) => void;
  readonly #inFlight = new Map<number, PendingCall>();
  readonly #waiting = new Set<PendingCall>();
  #open = false;
  #pumping = false;

  constructor(write: (chunks: readonly Uint8Array[]) => void) {
    this.#write = write;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  has(serial: number): boolean {
    return this.#inFlight.has(serial);
  }

  /** Throws DBusNodeError DBUS_CANCELLED, DBUS_LIMITS_EXCEEDED where it is not taken on. */
  submit(details: CallDetails): void {
    if (details.group?.cancelled) throw cancelledError();
    if (this.#waiting.size >= MAX_WAITING) {
      throw new DBusNodeError("DBUS_LIMITS_EXCEEDED", text("errors.too-many-waiting", { most: MAX_WAITING }));
    }
    const call = new PendingCall(details, this);
    if (this.#canSend()) this.#send(call);
    else this.#waiting.add(call);
  }

  /** The bus is there: what waited goes out. */
  open(): void {
    this.#open = true;
    this.#pump();
  }

  /** The bus is gone: what was sent fails at once, what was not goes on waiting. */
  lose(error: DBusNodeError): void {
    this.#open = false;
    for (const call of [...this.#inFlight.values()]) call.end(error);
  }

  /** The connection is closed for good. */
  close(error: DBusNodeError): void {
    this.lose(error);
    for (const call of [...this.#waiting]) call.end(error);
  }

  /** A reply came in. One that nobody waits for, or from somebody else than was asked, is ignored. */
  reply(message: IncomingMessage): void {
    const call = this.#inFlight.get(message.replySerial ?? 0);
    if (call === undefined || !call.details.acceptsSender(message.sender)) return;
    call.end(message);
  }

  forget(call: PendingCall): void {
    if (!this.#inFlight.delete(call.details.serial)) this.#waiting.delete(call);
    if (this.#waiting.size > 0) this.#pump();
  }

  #canSend(): boolean {
    return this.#open && this.#inFlight.size < MAX_IN_FLIGHT && this.#waiting.size === 0;
  }

  /** Calls that expect no reply end as they are sent, and come back here: once is enough. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    for (const call of this.#waiting) {
      if (!this.#open || this.#inFlight.size >= MAX_IN_FLIGHT) break;
      this.#waiting.delete(call);
      this.#send(call);
    }
    this.#pumping = false;
  }

  #send(call: PendingCall): void {
    const { serial, chunks, expectsReply } = call.details;
    if (expectsReply) this.#inFlight.set(serial, call);
    this.#write(chunks);
    if (!expectsReply) call.end(undefined);
  }
}

function cancelledError(): DBusNodeError {
  return new DBusNodeError("DBUS_CANCELLED", text("errors.cancelled"));
}
