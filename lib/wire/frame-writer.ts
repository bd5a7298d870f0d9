import type { Writable } from "node:stream";

/** Chunks below this size are copied together; larger ones are handed to the kernel where they are. */
const COPY_BELOW_BYTES = 16_384;
/** The largest buffer of chunks that were copied together. */
const BATCH_BYTES = 65_536;

/** What is queued leaves together: whoever waits for any of it waits for the same. */
interface Waiter {
  /** Resolved when so many bytes in all have been handed over; infinite while the last of them are queued. */
  mark: number;
  readonly drained: Promise<boolean>;
  readonly resolve: (drained: boolean) => void;
}

/**
 * Writes messages in batches: the first message of a burst at once, so that a single call is not
 * delayed, the rest of the burst by one write at the end of the event loop's turn. (Node-RED delivers
 * each message in an immediate of its own, so a `nextTick` would batch nothing.) A burst is over when
 * something is received, as the answer to its only message, or after a turn that brought no more of it.
 * While the stream is full, messages are kept here and leave together when it has drained.
 */
export class FrameWriter {
  readonly #stream: Writable;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  /** All bytes that were ever sent. */
  #sentBytes = 0;
  /** `begun`: one message has left, and nothing is to be done unless another follows. */
  #burst: "none" | "begun" | "gathering" = "none";
  #closed = false;
  #waiters: Waiter[] = [];
  readonly #flushLater = (): void => this.#endTurn();
  /** Node.js calls back without an error for a write that a destroyed socket has cut off. */
  readonly #written = (error?: Error | null): void => {
    if (!error && !this.#stream.destroyed) this.#settle();
  };

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on("drain", () => this.#flush());
  }

  /** Bytes that the kernel has not taken yet. */
  get bufferedBytes(): number {
    return this.#queuedBytes + this.#stream.writableLength;
  }

  /** Takes one message. The chunks must not be changed afterwards. */
  send(chunks: readonly Uint8Array[]): void {
    if (this.#closed) return;
    for (const chunk of chunks) {
      this.#queue.push(chunk);
      this.#queuedBytes += chunk.length;
      this.#sentBytes += chunk.length;
    }
    if (this.#burst === "none") {
      this.#burst = "begun";
      this.#flush();
    } else if (this.#burst === "begun") {
      this.#burst = "gathering";
      setImmediate(this.#flushLater);
    }
  }

  /** Bytes came in: what is sent now is not part of a burst before them. */
  received(): void {
    if (this.#burst === "begun") this.#burst = "none";
  }

  /** Resolves when all that was sent before has been handed to the kernel; with false where it is dropped. Never rejects. */
  whenDrained(): Promise<boolean> {
    if (this.#closed || this.bufferedBytes === 0) return Promise.resolve(!this.#closed);
    const last = this.#waiters.at(-1);
    if (last !== undefined && last.mark >= this.#sentBytes) return last.drained;
    let resolve: Waiter["resolve"] = () => {};
    const drained = new Promise<boolean>((settle) => {
      resolve = settle;
    });
    const mark = this.#queuedBytes > 0 ? Number.POSITIVE_INFINITY : this.#sentBytes;
    this.#waiters.push({ mark, drained, resolve });
    return drained;
  }

  /** Hands over what is queued, whether the stream is full or not, and takes no more. */
  finish(): void {
    if (this.#closed) return;
    this.#writeQueue();
    this.#end(true);
  }

  /** What is queued is dropped. */
  close(): void {
    this.#end(false);
  }

  #end(drained: boolean): void {
    this.#closed = true;
    this.#queue = [];
    this.#queuedBytes = 0;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { resolve } of waiters) resolve(drained);
  }

  #endTurn(): void {
    if (this.#closed) return;
    if (this.#queuedBytes === 0 || this.#stream.writableNeedDrain) {
      this.#burst = "none";
      return;
    }
    // The burst may go on: its next messages leave together again.
    setImmediate(this.#flushLater);
    this.#flush();
  }

  #flush(): void {
    if (this.#closed || this.#queuedBytes === 0 || this.#stream.writableNeedDrain) return;
    this.#writeQueue();
  }

  #writeQueue(): void {
    const chunks = gather(this.#queue);
    this.#queue = [];
    this.#queuedBytes = 0;
    const last = this.#waiters.at(-1);
    if (last?.mark === Number.POSITIVE_INFINITY) last.mark = this.#sentBytes;
    if (chunks.length === 1 && chunks[0] !== undefined) {
      this.#stream.write(chunks[0], this.#written);
      return;
    }
    // Corked writes leave as one gathered write.
    this.#stream.cork();
    for (const chunk of chunks) this.#stream.write(chunk, this.#written);
    this.#stream.uncork();
  }

  #settle(): void {
    if (this.#waiters.length === 0) return;
    const handedOver = this.#sentBytes - this.bufferedBytes;
    while (this.#waiters[0] !== undefined && this.#waiters[0].mark <= handedOver) this.#waiters.shift()?.resolve(true);
  }
}

/** The same bytes in fewer chunks: small neighbours are copied together. */
function gather(queue: readonly Uint8Array[]): readonly Uint8Array[] {
  if (queue.length < 2) return queue;
  const gathered: Uint8Array[] = [];
  let run: Uint8Array[] = [];
  let runBytes = 0;
  const endRun = (): void => {
    const [only] = run;
    if (only !== undefined) gathered.push(run.length === 1 ? only : Buffer.concat(run, runBytes));
    run = [];
    runBytes = 0;
  };
  for (const chunk of queue) {
    if (chunk.length >= COPY_BELOW_BYTES) {
      endRun();
      gathered.push(chunk);
      continue;
    }
    if (runBytes + chunk.length > BATCH_BYTES) endRun();
    run.push(chunk);
    runBytes += chunk.length;
  }
  endRun();
  return gathered;
}
