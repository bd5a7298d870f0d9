import type { Watch, WatchContext } from "../../lib/client/watch";
import { startWatch } from "../../lib/client/watches";
import { DBusNodeError } from "../../lib/errors";
import type { SignalSelection } from "../../lib/shared/dbus-signal-config";
import { text } from "../../lib/shared/text";
import { selectionOf } from "./selection";

/** What a dbus-signal node listens to: its own selection, or those that messages have named. */
export class Subscriber {
  readonly #context: Omit<WatchContext, "selection">;
  readonly #watches = new Map<string, { readonly selection: SignalSelection; readonly watch: Watch }>();

  constructor(context: Omit<WatchContext, "selection">) {
    this.#context = context;
  }

  get size(): number {
    return this.#watches.size;
  }

  /** What is listened to, in the order in which it was asked for. */
  get selections(): readonly SignalSelection[] {
    return Array.from(this.#watches.values(), ({ selection }) => selection);
  }

  /** The same selection twice is one subscription. */
  subscribe(selection: SignalSelection): void {
    const key = JSON.stringify(selectionOf(selection));
    if (this.#watches.has(key)) return;
    this.#watches.set(key, { selection, watch: startWatch({ ...this.#context, selection }) });
  }

  /** Throws DBusNodeError DBUS_INVALID_FIELD where there is no such subscription. */
  unsubscribe(selection: SignalSelection): void {
    const key = JSON.stringify(selectionOf(selection));
    const subscription = this.#watches.get(key);
    if (subscription === undefined) {
      throw new DBusNodeError("DBUS_INVALID_FIELD", text("errors.not-subscribed", { count: this.size }));
    }
    this.#watches.delete(key);
    subscription.watch.close();
  }

  close(): void {
    for (const { watch } of this.#watches.values()) watch.close();
    this.#watches.clear();
  }
}
