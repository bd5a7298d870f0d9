import { DBusNodeError } from "../errors";
import { type DecodeOptions, ERROR, type IncomingMessage } from "../wire/types";
import { BUS_INTERFACE, BUS_NAME, type BusDriver } from "./bus-driver";
import { Listeners } from "./listeners";
import { replyError } from "./reply-errors";
import { NameRequestFlag, RequestNameReply } from "./transport";

export interface NameOptions {
  readonly allowReplacement: boolean;
  readonly replaceExisting: boolean;
  readonly doNotQueue: boolean;
}

/**
 * `owned`; `queued`: someone else owns it, and we are next; `taken`: someone else owns it, and we do not
 * queue; `refused`: the bus will not have us own it; `pending`: not asked yet, or there is no bus.
 */
export type NameState = "pending" | "owned" | "queued" | "taken" | "refused";

/** `error` says why a name is refused. */
export type NameListener = (state: NameState, error?: DBusNodeError) => void;

/** A share in a name that we own, or want to. */
export interface NameClaim {
  readonly state: NameState;
  /** Why it is refused. */
  readonly error: DBusNodeError | undefined;
  release(): void;
}

interface WantedName {
  readonly name: string;
  /** Those of the last who asked. */
  flags: number;
  state: NameState;
  /** Why it is refused. */
  error: DBusNodeError | undefined;
  count: number;
  /** Questions for it that the bus has not answered. */
  asked: number;
  retry: NodeJS.Timeout | undefined;
  readonly listeners: Listeners<[NameState, DBusNodeError?]>;
}

/** A bus takes a new policy file at once, so what it refused is asked for again. */
const RETRY_MS = 10_000;

const PLAIN: DecodeOptions = { int64: "auto", keepTypes: false };

/** The well-known names that one connection owns ("Message Bus: Names", "RequestName", "ReleaseName"). */
export class OwnedNames {
  readonly #driver: BusDriver;
  readonly #retryMs: number;
  readonly #names = new Map<string, WantedName>();

  constructor(driver: BusDriver, retryMs = RETRY_MS) {
    this.#driver = driver;
    this.#retryMs = retryMs;
  }

  get size(): number {
    return this.#names.size;
  }

  /**
   * Asks for a name, or shares it where it is asked for already. The options are those of the last who
   * asked: the bus takes new ones from an owner, and from one who waits in the queue ("RequestName").
   * Where it was not to be had before, it is asked for anew. `listener` is told of each state from now on.
   */
  request(name: string, options: NameOptions, listener: NameListener): NameClaim {
    const known = this.#names.get(name);
    const wanted = known ?? wantedName(name);
    const flags = flagsOf(options);
    const ask = known?.flags !== flags || known.state === "taken" || known.state === "refused";
    wanted.flags = flags;
    this.#names.set(name, wanted);
    wanted.count++;
    const removeListener = wanted.listeners.add(listener);
    if (ask && this.#driver.reachable) this.#ask(wanted);
    let held = true;
    return {
      get state() {
        return wanted.state;
      },
      get error() {
        return wanted.error;
      },
      release: () => {
        if (!held) return;
        held = false;
        removeListener();
        if (--wanted.count === 0) this.#release(wanted);
      },
    };
  }

  /** What has become of a name that is wanted here; undefined for one that is not. */
  of(name: string): { readonly state: NameState; readonly error?: DBusNodeError | undefined } | undefined {
    return this.#names.get(name);
  }

  /** After a reconnect: the new connection owns none of them. */
  restore(): void {
    for (const wanted of this.#names.values()) this.#ask(wanted);
  }

  /** The connection is lost, and the names with it. */
  lose(): void {
    for (const wanted of this.#names.values()) {
      clearTimeout(wanted.retry);
      change(wanted, "pending");
    }
  }

  /** Every signal passes here; ours are NameAcquired and NameLost, which the bus sends to us alone. */
  signal(message: IncomingMessage): void {
    const { member, sender, signature } = message;
    if (message.interface !== BUS_INTERFACE || sender !== BUS_NAME || signature !== "s") return;
    if (member !== "NameAcquired" && member !== "NameLost") return;
    const wanted = this.#names.get(String(message.body(PLAIN)[0]));
    // The answer to come says what is so by then; what was said before may be of a share that was released since.
    if (wanted === undefined || wanted.asked > 0) return;
    if (member === "NameAcquired") change(wanted, "owned");
    // Who is replaced is queued by the bus, unless it asked not to be.
    else if (wanted.state === "owned")
      change(wanted, (wanted.flags & NameRequestFlag.doNotQueue) === 0 ? "queued" : "taken");
  }

  #ask(wanted: WantedName): void {
    clearTimeout(wanted.retry);
    wanted.asked++;
    this.#driver.ask("RequestName", "su", [wanted.name, wanted.flags], (outcome) => {
      wanted.asked--;
      if (outcome === undefined || outcome instanceof DBusNodeError || this.#names.get(wanted.name) !== wanted) return;
      if (outcome.type === ERROR) this.#refused(wanted, outcome);
      else change(wanted, stateOf(outcome.body(PLAIN)[0]));
    });
  }

  #refused(wanted: WantedName, outcome: IncomingMessage): void {
    change(
      wanted,
      "refused",
      replyError(outcome, { destination: BUS_NAME, member: "RequestName", body: [wanted.name] }),
    );
    // It may have been asked for twice in the meantime.
    clearTimeout(wanted.retry);
    wanted.retry = setTimeout(() => {
      if (this.#driver.reachable) this.#ask(wanted);
    }, this.#retryMs);
  }

  #release(wanted: WantedName): void {
    clearTimeout(wanted.retry);
    this.#names.delete(wanted.name);
    if (this.#driver.reachable) this.#driver.tell("ReleaseName", "s", [wanted.name]);
  }
}

function wantedName(name: string): WantedName {
  const listeners: WantedName["listeners"] = new Listeners();
  return { name, flags: 0, state: "pending", error: undefined, count: 0, asked: 0, retry: undefined, listeners };
}

function flagsOf({ allowReplacement, replaceExisting, doNotQueue }: NameOptions): number {
  return (
    (allowReplacement ? NameRequestFlag.allowReplacement : 0) |
    (replaceExisting ? NameRequestFlag.replaceExisting : 0) |
    (doNotQueue ? NameRequestFlag.doNotQueue : 0)
  );
}

function stateOf(reply: unknown): NameState {
  if (reply === RequestNameReply.IN_QUEUE) return "queued";
  if (reply === RequestNameReply.EXISTS) return "taken";
  // PRIMARY_OWNER, or ALREADY_OWNER of a second request.
  return "owned";
}

function change(wanted: WantedName, state: NameState, error?: DBusNodeError): void {
  if (wanted.state === state) return;
  wanted.state = state;
  wanted.error = error;
  wanted.listeners.emit(state, error);
}
