/** So many messages wait at the most; of more, the oldest go. */
export const MOST_WAITING = 100_000;
/**
 * Node-RED queues each message that is sent, without bound: so many go in one turn of the event loop,
 * and the rest when the flow has had its turn.
 */
const PER_TURN = 500;

/** The way from the bus into the flow: in order, at the flow's pace, bounded. */
export class Outbox<Item> {
  readonly #send: (item: Item) => void;
  readonly #onDropped: (count: number) => void;
  readonly #most: number;
  #waiting: Item[] = [];
  /** Index of the first item that still waits: taking from the front of an array is slow. */
  #first = 0;
  #sentInTurn = 0;
  #turn: NodeJS.Immediate | undefined;
  #dropped = 0;

  /** `onDropped` is told at most once a turn how many items have been dropped since it was told last. */
  constructor(send: (item: Item) => void, onDropped: (count: number) => void, most = MOST_WAITING) {
    this.#send = send;
    this.#onDropped = onDropped;
    this.#most = most;
  }

  get waiting(): number {
    return this.#waiting.length - this.#first;
  }

  push(item: Item): void {
    this.#turn ??= setImmediate(() => this.#nextTurn());
    if (this.waiting === 0 && this.#sentInTurn < PER_TURN) {
      this.#sentInTurn++;
      this.#send(item);
      return;
    }
    this.#waiting.push(item);
    if (this.waiting > this.#most) {
      this.#take();
      this.#dropped++;
    }
  }

  close(): void {
    if (this.#turn !== undefined) clearImmediate(this.#turn);
    this.#turn = undefined;
    this.#waiting = [];
    this.#first = 0;
  }

  #nextTurn(): void {
    this.#turn = undefined;
    this.#sentInTurn = 0;
    if (this.#dropped > 0) {
      this.#onDropped(this.#dropped);
      this.#dropped = 0;
    }
    if (this.waiting === 0) return;
    this.#turn = setImmediate(() => this.#nextTurn());
    while (this.waiting > 0 && this.#sentInTurn < PER_TURN) {
      this.#sentInTurn++;
      this.#send(this.#take());
    }
  }

  #take(): Item {
    const item = this.#waiting[this.#first] as Item;
    // The array must not keep what has been sent alive.
    this.#waiting[this.#first] = undefined as Item;
    this.#first++;
    if (this.#first > 1024 && this.#first * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
}
