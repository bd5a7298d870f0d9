import { DBusNodeError } from "../errors";
import { formatMatchRule, type MatchRule } from "../shared/match-rule";
import type { IncomingMessage } from "../wire/types";
import { BUS_NAME, type BusDriver } from "./bus-driver";
import { Listeners } from "./listeners";
import { replyError } from "./reply-errors";

/** Told when the bus refuses a rule, as when a connection has too many. */
export type RefusedListener = (error: DBusNodeError) => void;

interface CountedRule {
  readonly text: string;
  count: number;
  /** The bus would not have it, so that nothing comes by it. */
  refused: boolean;
  readonly onRefused: Listeners<[DBusNodeError]>;
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

  /** Adds a rule, or counts it once more; the result takes it back. One that was refused is tried again. */
  add(rule: MatchRule, onRefused: RefusedListener = () => {}): () => void {
    const text = formatMatchRule(rule);
    const counted = this.#rules.get(text) ?? { text, count: 0, refused: false, onRefused: new Listeners() };
    this.#rules.set(text, counted);
    counted.count++;
    const removeListener = counted.onRefused.add(onRefused);
    if (this.#driver.reachable && (counted.count === 1 || counted.refused)) this.#send(counted);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      removeListener();
      if (--counted.count > 0) return;
      this.#rules.delete(text);
      if (this.#driver.reachable && !counted.refused) this.#driver.tell("RemoveMatch", "s", [text]);
    };
  }

  /** After a reconnect: the new connection knows none of them. */
  restore(): void {
    for (const rule of this.#rules.values()) this.#send(rule);
  }

  #send(rule: CountedRule): void {
    rule.refused = false;
    this.#driver.ask("AddMatch", "s", [rule.text], (outcome) => {
      const error = outcome instanceof DBusNodeError ? outcome : refusal(outcome);
      // A loss is no refusal: the rule comes back with the connection.
      if (error === undefined || !this.#driver.reachable) return;
      rule.refused = true;
      rule.onRefused.emit(error);
    });
  }
}

function refusal(outcome: IncomingMessage | undefined): DBusNodeError | undefined {
  return outcome === undefined ? undefined : replyError(outcome, { destination: BUS_NAME, member: "AddMatch" });
}
