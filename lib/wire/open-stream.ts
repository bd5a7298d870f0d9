import { DBusNodeError } from "../errors";
import { type Text, text } from "../shared/text";
import type { Endpoint } from "./address";
import { Authentication, type AuthenticationStep } from "./authentication";
import { type ByteListener, type ByteStream, openByteStream } from "./byte-stream";
import { readCookie } from "./cookie";
import { openError } from "./link-error";

export interface OpenOptions {
  /** Milliseconds for connecting and authentication together. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Who takes an authenticated stream over. `begin` is called in a later turn than the promise's resolution. */
export interface StreamOwner {
  received(bytes: Buffer): void;
  ended: ByteListener["ended"];
  begin(): void;
}

/**
 * Opens a stream and authenticates. The owner is made as soon as the bus has said OK and gets all that
 * comes after it, before the promise resolves with it. Rejects with DBusNodeError, or with what
 * `connect` and `spawn` throw.
 */
export function openAuthenticated<Owner extends StreamOwner>(
  endpoint: Endpoint,
  options: OpenOptions,
  makeOwner: (stream: ByteStream, serverGuid: string) => Owner,
): Promise<Owner> {
  return new Promise((resolve, reject) => {
    const opening = new Opening(endpoint, options, {
      failed: reject,
      done: (stream, serverGuid) => {
        const owner = makeOwner(stream, serverGuid);
        resolve(owner);
        setImmediate(() => owner.begin());
        return owner;
      },
    });
    opening.start();
  });
}

interface Outcome {
  failed(error: unknown): void;
  done(stream: ByteStream, serverGuid: string): StreamOwner;
}

class Opening {
  readonly #endpoint: Endpoint;
  readonly #options: OpenOptions;
  readonly #outcome: Outcome;
  readonly #authentication: Authentication;
  #phase: "connecting" | "authenticating" | "owned" | "failed" = "connecting";
  #owner: StreamOwner | undefined;
  #stream: ByteStream | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(endpoint: Endpoint, options: OpenOptions, outcome: Outcome) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.#outcome = outcome;
    const { transport, source } = endpoint;
    this.#authentication = new Authentication({ transport, uid: process.geteuid?.(), address: source });
  }

  start(): void {
    const { signal, timeoutMs } = this.#options;
    if (signal?.aborted === true) {
      this.#cancel();
      return;
    }
    signal?.addEventListener("abort", this.#cancel);
    this.#timer = setTimeout(() => this.#fail(this.#timeout()), Math.max(1, timeoutMs));
    try {
      this.#stream = openByteStream(this.#endpoint, {
        opened: () => this.#opened(),
        received: (bytes) => this.#received(bytes),
        ended: (end) => {
          if (this.#owner !== undefined) this.#owner.ended(end);
          else this.#fail(openError(this.#endpoint, end, this.#phase === "connecting"));
        },
      });
    } catch (error) {
      this.#fail(error);
    }
  }

  #opened(): void {
    if (this.#phase !== "connecting") return;
    this.#phase = "authenticating";
    this.#write(this.#authentication.start());
  }

  #received(bytes: Buffer): void {
    if (this.#owner !== undefined) this.#owner.received(bytes);
    else if (this.#phase === "authenticating") this.#follow(this.#authentication.receive(bytes));
  }

  #follow(first: AuthenticationStep): void {
    for (let step = first; ; step = this.#authentication.next()) {
      switch (step.kind) {
        case "wait":
          return;
        case "send":
          this.#write(step.line);
          break;
        case "cookie":
          readCookie(step.request).then(
            (cookie) => this.#resume(() => this.#authentication.answerCookie(cookie)),
            (error: unknown) => this.#resume(() => this.#authentication.skipMechanism(reasonOf(error))),
          );
          return;
        case "refused":
          this.#fail(step.error);
          return;
        case "done":
          this.#write(step.line);
          this.#succeed(step.serverGuid, step.rest);
          return;
      }
    }
  }

  /** After the wait for a cookie, in which everything may have ended. */
  #resume(step: () => AuthenticationStep): void {
    if (this.#phase === "authenticating") this.#follow(step());
  }

  #write(line: string): void {
    this.#stream?.writable.write(line, "latin1");
  }

  #succeed(serverGuid: string, rest: Buffer): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    this.#release();
    this.#phase = "owned";
    this.#owner = this.#outcome.done(stream, serverGuid);
    if (rest.length > 0) this.#owner.received(rest);
  }

  readonly #cancel = (): void => {
    this.#fail(new DBusNodeError("DBUS_CANCELLED", text("link.cancelled", { address: this.#endpoint.source })));
  };

  #timeout(): DBusNodeError {
    const key = this.#phase === "connecting" ? "link.timeout-connecting" : "link.timeout-authenticating";
    const seconds = Math.round(this.#options.timeoutMs / 100) / 10;
    return new DBusNodeError("DBUS_TIMEOUT", text(key, { address: this.#endpoint.source, seconds }));
  }

  #fail(error: unknown): void {
    if (this.#phase === "owned" || this.#phase === "failed") return;
    this.#phase = "failed";
    this.#release();
    this.#stream?.destroy();
    this.#outcome.failed(error);
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener("abort", this.#cancel);
  }
}

function reasonOf(error: unknown): Text {
  return error instanceof DBusNodeError ? error.text : text("errors.internal", { detail: String(error) });
}
