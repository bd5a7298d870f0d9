import type { MatchRule } from "../shared/match-rule";
import type { IncomingMessage } from "../wire/types";
import { BUS_NAME } from "./bus-driver";
import { Listeners } from "./listeners";
import type { MatchRules, RefusedListener } from "./match-rules";
import type { NameOwners, NameWatch } from "./name-owners";
import { matchesRule } from "./rule-matching";

/** A signal that fits; its bytes are valid only during the call. */
export type SignalListener = (message: IncomingMessage) => void;

export interface Subscription {
  close(): void;
}

interface Route {
  readonly rule: MatchRule;
  readonly owner: NameWatch | undefined;
  readonly listener: SignalListener;
}

/**
 * The signals that somebody wants, each handed to whom it is for. A well-known sender is followed
 * through owner changes: only its owner's signals pass.
 */
export class Subscriptions {
  readonly #rules: MatchRules;
  readonly #owners: NameOwners;
  /** By member, "" for rules that name none, so that many nodes on one bus do not slow each other down. */
  readonly #routes = new Map<string, Listeners<[IncomingMessage]>>();

  constructor(rules: MatchRules, owners: NameOwners) {
    this.#rules = rules;
    this.#owners = owners;
  }

  subscribe(rule: MatchRule, listener: SignalListener, onRefused?: RefusedListener): Subscription {
    const { sender } = rule;
    // The owner is asked for before the rule is added: the bus answers in order, so that it is known
    // before the first signal of the rule arrives.
    const followed = sender !== undefined && sender !== BUS_NAME && !sender.startsWith(":");
    const owner = followed ? this.#owners.watch(sender, undefined, onRefused) : undefined;
    const removeRule = this.#rules.add(rule, onRefused);
    const removeRoute = this.#route({ rule, owner, listener });
    return {
      close: () => {
        removeRoute();
        removeRule();
        owner?.close();
      },
    };
  }

  /** Hands a received signal to everyone it fits. */
  signal(message: IncomingMessage): void {
    this.#routes.get(message.member ?? "")?.emit(message);
    this.#routes.get("")?.emit(message);
  }

  #route(route: Route): () => void {
    const member = route.rule.member ?? "";
    let listeners = this.#routes.get(member);
    if (listeners === undefined) {
      listeners = new Listeners();
      this.#routes.set(member, listeners);
    }
    const remove = listeners.add((message) => {
      if (isFrom(route, message.sender) && matchesRule(route.rule, message)) route.listener(message);
    });
    return () => {
      remove();
      if (listeners.size === 0 && this.#routes.get(member) === listeners) this.#routes.delete(member);
    };
  }
}

function isFrom({ rule, owner }: Route, sender: string | undefined): boolean {
  if (rule.sender === undefined) return true;
  return owner === undefined ? sender === rule.sender : sender === owner.owner;
}
