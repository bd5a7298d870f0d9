import type { Node } from "node-red";
import type { Explanation } from "../../lib/policy/explain";
import type { BusTarget } from "../../lib/shared/bus-choice";
import type { BusLink } from "./bus-link";

/** The last thing that a deployed node was refused, explained: its dialog can offer the file that is missing. */
export interface LastRefusal {
  readonly bus: BusTarget["kind"];
  /** Which bus it was, as the connection names it. */
  readonly address: string;
  readonly explanation: Explanation;
  readonly subject: RefusalSubject;
}

/** What was refused to a node. */
export interface RefusalSubject {
  /** The name that it asked for. */
  readonly name?: string;
  /** Whom it called. */
  readonly destination?: string;
}

const remembered = new Map<string, LastRefusal>();

/** What the node with this id was last refused; undefined where nothing was, or where it works by now. */
export function lastRefusal(nodeId: string): LastRefusal | undefined {
  return remembered.get(nodeId);
}

/** One node's place in that memory, until it closes. */
export class RefusalMemory {
  readonly #id: string;
  #closed = false;

  constructor(node: Node) {
    this.#id = node.id;
    node.on("close", () => {
      this.#closed = true;
      remembered.delete(this.#id);
    });
  }

  /** What a closed node still waited for may be refused later; then its id may be another's. */
  keep(explanation: Explanation, { target, connection }: BusLink, subject: RefusalSubject): void {
    if (this.#closed) return;
    remembered.set(this.#id, { bus: target.kind, address: connection.address, explanation, subject });
  }

  /** It worked: what was refused before is over, unless it was about another name or destination. */
  clear({ name, destination }: RefusalSubject): void {
    if (this.#closed) return;
    const known = remembered.get(this.#id)?.subject;
    if (known?.name === name && known?.destination === destination) remembered.delete(this.#id);
  }
}
