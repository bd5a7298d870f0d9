import { DBusNodeError } from "../errors";
import { text } from "../shared/text";
import type { IncomingMessage } from "../wire/types";
import { backlogError, MAX_UNSENT_BYTES } from "./backlog";
import { Deadlines } from "./deadlines";
import { guard } from "./listeners";
import { Unanswered } from "./unanswered";

/**
 * A system bus allows 128 pending replies per connection (`max_replies_per_connection`); calls
 * beyond this wait here, in order, instead of being refused there.
 */
export const MAX_IN_FLIGHT = 100;
/** The same together with calls that ran out of time and that the bus still counts: a service that hangs leaves room for others. */
export const MAX_AT_BUS = 120;
/** So many calls that ran out of time, and a service is not asked for more before it has answered one of them. */
export const MAX_UNANSWERED = 50;
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
  readonly destination: string;
  readonly chunks: readonly Uint8Array[];
  /** 0 waits for ever. The wait for the bus counts. */
  readonly timeoutMs: number;
  /** False for calls with the no-reply flag: over as soon as they are written, and never counted by the bus. */
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
  readonly bytes: number;
  readonly #owner: PendingCalls;
  #over = false;

  constructor(details: CallDetails, owner: PendingCalls) {
    this.details = details;
    this.bytes = details.chunks.reduce((sum, { length }) => sum + length, 0);
    this.#owner = owner;
    details.group?.add(this);
  }

  end(outcome: IncomingMessage | DBusNodeError | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.details.group?.delete(this);
    this.#owner.forget(this);
    guard(() => this.details.settle(outcome));
  }
}

/**
 * The calls of one connection: those in flight by serial, those that wait in the order of their coming,
 * and those that are held because their destination leaves calls unanswered.
 */
export class PendingCalls {
  readonly #write: (chunks: readonly Uint8Array[]) => void;
  readonly #inFlight = new Map<number, PendingCall>();
  readonly #waiting = new Set<PendingCall>();
  readonly #held = new Map<string, Set<PendingCall>>();
  readonly #unanswered = new Unanswered();
  readonly #deadlines = new Deadlines<PendingCall>((call) => call.end(call.details.timeoutError()));
  #heldCount = 0;
  /** Of all that wait and are held. */
  #unsentBytes = 0;
  #open = false;
  #pumping = false;

  constructor(write: (chunks: readonly Uint8Array[]) => void) {
    this.#write = write;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  get waiting(): number {
    return this.#waiting.size + this.#heldCount;
  }

  has(serial: number): boolean {
    return this.#inFlight.has(serial) || this.#unanswered.has(serial);
  }

  /** Throws DBusNodeError DBUS_CANCELLED, DBUS_LIMITS_EXCEEDED where it is not taken on. */
  submit(details: CallDetails): void {
    if (details.group?.cancelled) throw cancelledError();
    if (this.waiting >= MAX_WAITING) {
      throw new DBusNodeError("DBUS_LIMITS_EXCEEDED", text("errors.too-many-waiting", { most: MAX_WAITING }));
    }
    if (this.#unsentBytes >= MAX_UNSENT_BYTES) throw backlogError();
    const call = new PendingCall(details, this);
    if (details.timeoutMs > 0) this.#deadlines.add(call, details.timeoutMs);
    this.#waiting.add(call);
    this.#unsentBytes += call.bytes;
    this.#pump();
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
    this.#unanswered.clear();
    for (const destination of [...this.#held.keys()]) this.#release(destination);
  }

  /** The connection is closed for good. */
  close(error: DBusNodeError): void {
    this.lose(error);
    for (const call of [...this.#waiting]) call.end(error);
  }

  /** A reply came in. One that nobody waits for, or from somebody else than was asked, is ignored. */
  reply(message: IncomingMessage): void {
    const serial = message.replySerial ?? 0;
    const call = this.#inFlight.get(serial);
    if (call === undefined) {
      this.#answered(serial);
    } else if (call.details.acceptsSender(message.sender)) {
      this.#inFlight.delete(serial);
      call.end(message);
    }
  }

  /** The call is over. One that is still in flight then was given up, not answered. */
  forget(call: PendingCall): void {
    const { serial, destination } = call.details;
    this.#deadlines.delete(call);
    if (this.#inFlight.delete(serial)) {
      if (this.#open) this.#unanswered.add(serial, destination);
    } else if (this.#waiting.delete(call)) {
      this.#unsentBytes -= call.bytes;
    } else if (this.#unhold(call, destination)) {
      this.#unsentBytes -= call.bytes;
      // Nothing is before it any more.
      const [first] = this.#held.get(destination) ?? [];
      if (first?.details.expectsReply === false) this.#release(destination);
    }
    if (this.#waiting.size > 0) this.#pump();
  }

  /** A late answer makes room, too. */
  #answered(serial: number): void {
    const destination = this.#unanswered.delete(serial);
    if (destination === undefined) return;
    if (!this.#isSilent(destination)) this.#release(destination);
    this.#pump();
  }

  #hasRoom({ details }: PendingCall): boolean {
    if (!this.#open || !details.expectsReply) return this.#open;
    const { size } = this.#inFlight;
    return size < MAX_IN_FLIGHT && size + this.#unanswered.size < MAX_AT_BUS;
  }

  /** A call that expects no reply waits for others only to keep their order. */
  #isHeldUp({ details: { destination, expectsReply } }: PendingCall): boolean {
    return this.#held.has(destination) || (expectsReply && this.#isSilent(destination));
  }

  #isSilent(destination: string): boolean {
    return this.#unanswered.countOf(destination) >= MAX_UNANSWERED;
  }

  /** Calls that expect no reply end as they are sent, and come back here: once is enough. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    for (const call of this.#waiting) {
      if (!this.#hasRoom(call)) break;
      this.#waiting.delete(call);
      if (this.#isHeldUp(call)) this.#hold(call);
      else this.#send(call);
    }
    this.#pumping = false;
  }

  #hold(call: PendingCall): void {
    const { destination } = call.details;
    const held = this.#held.get(destination) ?? new Set();
    this.#held.set(destination, held.add(call));
    this.#heldCount++;
  }

  #unhold(call: PendingCall, destination: string): boolean {
    const held = this.#held.get(destination);
    if (!held?.delete(call)) return false;
    this.#heldCount--;
    if (held.size === 0) this.#held.delete(destination);
    return true;
  }

  /** Those that were held wait again, before any that came later for the same destination. */
  #release(destination: string): void {
    const held = [...(this.#held.get(destination) ?? [])];
    if (held.length === 0) return;
    const later = [...this.#waiting].filter((call) => call.details.destination === destination);
    for (const call of held) this.#unhold(call, destination);
    for (const call of later) this.#waiting.delete(call);
    for (const call of [...held, ...later]) this.#waiting.add(call);
  }

  #send(call: PendingCall): void {
    const { serial, chunks, expectsReply } = call.details;
    this.#unsentBytes -= call.bytes;
    if (expectsReply) this.#inFlight.set(serial, call);
    this.#write(chunks);
    if (!expectsReply) call.end(undefined);
  }
}

function cancelledError(): DBusNodeError {
  return new DBusNodeError("DBUS_CANCELLED", text("errors.cancelled"));
}
