import { DBusNodeError } from "../errors";
import { formatMatchRule, type MatchRule } from "../shared/match-rule";
import type { IncomingMessage } from "../wire/types";
import type { BusDriver } from "./bus-driver";
import { replyError } from "./reply-errors";

/** Told when the bus refuses a rule, as when a connection has too many. */
export type RefusedListener = (error: DBusNodeError) => void;

interface CountedRule {
  readonly text: string;
  count: number;
  readonly refused: Set<RefusedListener>;
}

/**
 * The match rules of one connection: each distinct rule is added once, however many want it, and
 * removed with the last of them. A bus allows 512 (dbus-broker 256) of them per connection.
 */
export class MatchRules {
  readonly #driver: BusDriver;
  readonly #rules = new Map<string, CountedRule>();

  constructor(driver: BusDriver) {
    this.#driver = driver;
  }

  /** How many distinct rules there are. */
  get size(): number {
    return this.#rules.size;
  }

  /** Adds a rule, or counts it once more; the result takes it back. */
  add(rule: MatchRule, onRefused?: RefusedListener): () => void {
    const text = formatMatchRule(rule);
    let counted = this.#rules.get(text);
    if (counted === undefined) {
      counted = { text, count: 0, refused: new Set() };
      this.#rules.set(text, counted);
      if (this.#driver.reachable) this.#send(counted);
    }
    counted.count++;
    if (onRefused !== undefined) counted.refused.add(onRefused);
    return this.#release(counted, onRefused);
  }

  /** After a reconnect: the new connection knows none of them. */
  restore(): void {
    for (const rule of this.#rules.values()) this.#send(rule);
  }

  #send(rule: CountedRule): void {
    this.#driver.ask("AddMatch", "s", [rule.text], (outcome) => {
      const error = outcome instanceof DBusNodeError ? outcome : refusal(outcome);
      // A loss is no refusal: the rule comes back with the connection.
      if (error === undefined || error.code === "DBUS_DISCONNECTED") return;
      for (const listener of rule.refused) listener(error);
    });
  }

  #release(rule: CountedRule, onRefused: RefusedListener | undefined): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (onRefused !== undefined) rule.refused.delete(onRefused);
      if (--rule.count > 0) return;
      this.#rules.delete(rule.text);
      if (this.#driver.reachable) this.#driver.tell("RemoveMatch", "s", [rule.text]);
    };
  }
}

function refusal(outcome: IncomingMessage | undefined): DBusNodeError | undefined {
  return outcome === undefined
    ? undefined
    : replyError(outcome, { destination: "org.freedesktop.DBus", member: "AddMatch" });
}
