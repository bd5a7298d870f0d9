import type { NodeAPI } from "node-red";
import type { BusTarget } from "../../lib/shared/bus-choice";
import { type BusLink, linkTo } from "./bus-link";
import { addressOf } from "./machine";

/** Buses that messages have named are kept, so that the next call finds them connected; so many of them. */
const MOST_BUSES = 8;

/** The buses of a node with `bus: "msg"`, the one used longest ago first. */
export class MessageBuses {
  readonly #RED: NodeAPI;
  readonly #links = new Map<string, BusLink>();

  constructor(RED: NodeAPI) {
    this.#RED = RED;
  }

  /** Throws DBusNodeError DBUS_NO_BUS where there is no place for such a bus. */
  linkTo(target: BusTarget): BusLink {
    const address = addressOf(target);
    const link = this.#links.get(address) ?? linkTo(this.#RED, target);
    this.#links.delete(address);
    this.#links.set(address, link);
    if (this.#links.size > MOST_BUSES) this.#releaseIdle();
    return link;
  }

  close(): void {
    for (const link of this.#links.values()) link.release();
    this.#links.clear();
  }

  /** A bus with calls under way is kept for them. */
  #releaseIdle(): void {
    for (const [address, { connection, release }] of this.#links) {
      if (connection.callsInFlight + connection.callsWaiting > 0) continue;
      this.#links.delete(address);
      release();
      return;
    }
  }
}
