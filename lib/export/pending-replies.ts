import { randomUUID } from "node:crypto";
import { guard } from "../bus/listeners";
import type { ArgumentDefinition } from "../shared/interface-definition";
import type { ExportedInterface } from "./exported-interface";

/** A received call that the flow has not answered yet. */
export interface PendingReply {
  readonly serial: number;
  readonly sender: string;
  readonly member: string;
  /** What it is to be answered with. */
  readonly out: readonly ArgumentDefinition[];
  /** Whose method was called; its listener is told when the call is over. */
  readonly exported: ExportedInterface;
}

interface Entry {
  readonly reply: PendingReply;
  readonly timer: NodeJS.Timeout;
}

/** More calls than this are refused: a peer must not fill the flow's memory. */
export const MOST_PENDING = 1000;

/** Calls by their token, from the moment they go into the flow until they are answered, exactly once. */
export class PendingReplies {
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  get full(): boolean {
    return this.#entries.size >= MOST_PENDING;
  }

  has(token: string): boolean {
    return this.#entries.has(token);
  }

  /** `onTimeout` is called where nobody takes it in time. Returns the token. */
  add(reply: PendingReply, timeoutMs: number, onTimeout: () => void): string {
    const token = randomUUID();
    const timer = setTimeout(() => {
      if (this.take(token) !== undefined) onTimeout();
    }, timeoutMs);
    this.#entries.set(token, { reply, timer });
    return token;
  }

  /** The call, which is over with that; undefined where it is over already, or never was. */
  take(token: string): PendingReply | undefined {
    const entry = this.#entries.get(token);
    if (entry === undefined) return undefined;
    clearTimeout(entry.timer);
    this.#entries.delete(token);
    const { reply } = entry;
    guard(() => reply.exported.listener.over());
    return reply;
  }

  /** All calls of one interface of an object, or all there are; they are over with that. */
  takeAll(exported?: ExportedInterface): readonly PendingReply[] {
    const tokens = [...this.#entries]
      .filter(([, { reply }]) => exported === undefined || reply.exported === exported)
      .map(([token]) => token);
    return tokens.flatMap((token) => this.take(token) ?? []);
  }
}
