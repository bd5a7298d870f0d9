import { DBusNodeError } from "../errors";
import { nameOwnerRule } from "../shared/match-rule";
import { type DecodeOptions, ERROR, type IncomingMessage } from "../wire/types";
import { BUS_INTERFACE, BUS_NAME, type BusDriver } from "./bus-driver";
import { Listeners } from "./listeners";
import type { MatchRules, RefusedListener } from "./match-rules";

/** The unique name of a name's owner; "" for nobody; undefined while it is not known. */
export type NameOwner = string | undefined;

/** Told of each change. `previous` is undefined where it was not known: at first, and after a reconnect. */
export type OwnerListener = (owner: string, previous: NameOwner) => void;

export interface NameWatch {
  readonly owner: NameOwner;
  close(): void;
}

interface WatchedName {
  readonly name: string;
  owner: NameOwner;
  readonly watches: Set<object>;
  readonly listeners: Listeners<Parameters<OwnerListener>>;
}

const PLAIN: DecodeOptions = { int64: "auto", keepTypes: false };

/**
 * Who owns the names that somebody cares about ("NameOwnerChanged", "GetNameOwner"). Everything is
 * updated in the order of the bus's messages, so that a signal can be judged by the owner of its moment.
 */
export class NameOwners {
  readonly #driver: BusDriver;
  readonly #rules: MatchRules;
  readonly #names = new Map<string, WatchedName>();

  constructor(driver: BusDriver, rules: MatchRules) {
    this.#driver = driver;
    this.#rules = rules;
  }

  get size(): number {
    return this.#names.size;
  }

  /** The owner, where it is known: of a watched well-known name, or a unique name itself. */
  ownerOf(name: string): NameOwner {
    if (name.startsWith(":") || name === BUS_NAME) return name;
    return this.#names.get(name)?.owner;
  }

  /**
   * Whether an answer to a call may come from this sender: a third peer must not answer for the
   * destination. Handing a name over with a call pending is legitimate, so the owner when it was `asked`
   * counts as well as the present one; and the bus itself answers for those who cannot.
   */
  mayAnswer(destination: string, asked: NameOwner, sender: string | undefined): boolean {
    if (sender === BUS_NAME || sender === undefined) return true;
    if (asked === undefined || asked === "" || asked === sender) return true;
    // Nobody may follow the name any more, and then it could have gone to anyone.
    const owner = this.ownerOf(destination);
    return owner === undefined || owner === sender;
  }

  /** Follows a name. `onRefused` is told where the bus refuses the match rule for it. */
  watch(name: string, listener?: OwnerListener, onRefused?: RefusedListener): NameWatch {
    const removeRule = this.#rules.add(nameOwnerRule(name), onRefused);
    let watched = this.#names.get(name);
    if (watched === undefined) {
      watched = { name, owner: undefined, watches: new Set(), listeners: new Listeners() };
      this.#names.set(name, watched);
      if (this.#driver.reachable) this.#ask(watched);
    }
    return this.#hold(watched, listener, removeRule);
  }

  /** After a reconnect, behind the match rules: what changed meanwhile is asked. */
  restore(): void {
    for (const watched of this.#names.values()) this.#ask(watched);
  }

  /** The connection is lost: nothing is known. Listeners hear of it by the connection's state. */
  lose(): void {
    for (const watched of this.#names.values()) watched.owner = undefined;
  }

  /** Every signal passes here first; ours are NameOwnerChanged of the bus. */
  signal(message: IncomingMessage): void {
    if (message.member !== "NameOwnerChanged" || message.interface !== BUS_INTERFACE || message.sender !== BUS_NAME)
      return;
    if (message.signature !== "sss") return;
    const changed = readBody(message);
    const watched = this.#names.get(String(changed?.[0]));
    if (watched !== undefined) change(watched, String(changed?.[2]));
  }

  #ask(watched: WatchedName): void {
    this.#driver.ask("GetNameOwner", "s", [watched.name], (outcome) => {
      if (outcome === undefined || outcome instanceof DBusNodeError) return;
      // Any error means nobody: NameHasNoOwner is the only one that the specification knows.
      const owner = outcome.type === ERROR ? "" : readBody(outcome)?.[0];
      if (typeof owner === "string") change(watched, owner);
    });
  }

  #hold(watched: WatchedName, listener: OwnerListener | undefined, removeRule: () => void): NameWatch {
    const removeListener = listener === undefined ? undefined : watched.listeners.add(listener);
    const watch = {
      get owner(): NameOwner {
        return watched.owner;
      },
      close: () => {
        if (!watched.watches.delete(watch)) return;
        removeListener?.();
        removeRule();
        if (watched.watches.size === 0) this.#names.delete(watched.name);
      },
    };
    watched.watches.add(watch);
    return watch;
  }
}

/** Undefined where a bus, which should know better, sends what cannot be read. */
function readBody(message: IncomingMessage): unknown[] | undefined {
  try {
    return message.body(PLAIN);
  } catch {
    return undefined;
  }
}

function change(watched: WatchedName, owner: string): void {
  const previous = watched.owner;
  if (previous === owner) return;
  watched.owner = owner;
  watched.listeners.emit(owner, previous);
}
