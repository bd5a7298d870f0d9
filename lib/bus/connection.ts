import { asNodeError, DBusNodeError } from "../errors";
import { text } from "../shared/text";
import { ERROR, type IncomingMessage, METHOD_CALL, METHOD_RETURN, SIGNAL } from "../wire/types";
import { Backlog } from "./backlog";
import { Backoff } from "./backoff";
import { BusDriver } from "./bus-driver";
import { type CallRequest, type Outcome, type Reply, readOutcome, timeoutError } from "./call";
import type { ConnectionStatus } from "./connection-status";
import { answerCall, type CallServer } from "./incoming-calls";
import { Listeners, showDefect } from "./listeners";
import { MatchRules } from "./match-rules";
import { NameOwners } from "./name-owners";
import { OwnedNames } from "./owned-names";
import { PendingCalls, type Settle } from "./pending-calls";
import { PostedMessages, type PostWatch } from "./posted-messages";
import { watchSocket } from "./socket-watch";
import { Subscriptions } from "./subscriptions";
import { CallFlag, encodeCall, type Message, Transport } from "./transport";

export type { ConnectionState, ConnectionStatus } from "./connection-status";

/** Milliseconds that connecting and authenticating may take, and each of the bus's answers after it. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** A connection that is lost sooner was no success: the waits between attempts go on growing. */
const STABLE_AFTER_MS = 5_000;

/**
 * One link to one bus, kept for as long as somebody wants it: it connects when opened, reconnects
 * for ever, and brings its match rules and name owners back before it says `connected` again.
 */
export class Connection {
  readonly address: string;
  readonly rules: MatchRules;
  readonly owners: NameOwners;
  readonly names: OwnedNames;
  readonly backlog = new Backlog(() => this.#transport);
  readonly #driver: BusDriver;
  readonly #subscriptions: Subscriptions;
  readonly #calls: PendingCalls;
  readonly #posted = new PostedMessages();
  readonly #listeners = new Listeners<[ConnectionStatus]>();
  readonly #backoff = new Backoff();
  readonly #timeoutMs: number;
  #status: ConnectionStatus = { state: "idle" };
  #transport: Transport | undefined;
  #uniqueName: string | undefined;
  #serve: CallServer = answerCall;
  #serial = 0;
  /** Aborts the attempt or the wait that is under way. */
  #attempt: AbortController | undefined;
  /** When it was last connected, by the monotonic clock. */
  #connectedAt = 0;

  /** `address` is a D-Bus address; its alternatives are tried in turn. Nothing happens before `open()`. */
  constructor(address: string, timeoutMs = CONNECT_TIMEOUT_MS) {
    this.address = address;
    this.#timeoutMs = timeoutMs;
    this.#driver = new BusDriver((message) => this.#send(message));
    this.rules = new MatchRules(this.#driver);
    this.owners = new NameOwners(this.#driver, this.rules);
    this.names = new OwnedNames(this.#driver);
    this.#subscriptions = new Subscriptions(this.rules, this.owners);
    this.#calls = new PendingCalls((chunks) => this.#transport?.write(chunks));
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** Our unique name, while connected. */
  get uniqueName(): string | undefined {
    return this.#uniqueName;
  }

  /** The alternative of the address that answered, while connected. */
  get connectedAddress(): string | undefined {
    return this.#transport?.address;
  }

  get callsInFlight(): number {
    return this.#calls.inFlight;
  }

  get callsWaiting(): number {
    return this.#calls.waiting;
  }

  get postsWatched(): number {
    return this.#posted.size;
  }

  /** Told of every change of status, not of the present one. */
  onStatus(listener: (status: ConnectionStatus) => void): () => void {
    return this.#listeners.add(listener);
  }

  subscribe(...subscription: Parameters<Subscriptions["subscribe"]>): ReturnType<Subscriptions["subscribe"]> {
    return this.#subscriptions.subscribe(...subscription);
  }

  /**
   * Hands received method calls to somebody who serves them: what it returns is sent, undefined means
   * that it answers later, by `post`, or not at all.
   */
  serve(server: CallServer): void {
    this.#serve = server;
  }

  /**
   * Sends a signal or a reply. Whether it went out: not while there is no bus. Throws DBusNodeError for
   * what cannot be sent; nothing is written then. Nothing bounds it but the caller, by `backlog`.
   */
  post(message: Message, watch?: PostWatch): boolean {
    const serial = this.#newSerial();
    const chunks = Transport.encode(message, serial);
    // From Hello on: with its names restored, a call may come and be answered before `connected` is said.
    if (this.#uniqueName === undefined) return false;
    this.#transport?.write(chunks);
    if (watch !== undefined) this.#posted.add(serial, chunks, watch);
    return true;
  }

  open(): void {
    if (this.#status.state === "idle") void this.#connect("connecting");
  }

  /** Ends everything at once; calls fail with DBUS_DISCONNECTED. A closed connection stays closed. */
  close(): void {
    if (this.#status.state === "closed") return;
    const error = new DBusNodeError("DBUS_DISCONNECTED", text("errors.closed"));
    this.#setStatus({ state: "closed" });
    this.#attempt?.abort();
    this.#transport?.close();
    this.#forgetLink(error);
    this.#calls.close(error);
  }

  /**
   * Calls a method. While there is no bus the call waits for it, within its timeout. Ends with the
   * reply, or with DBusNodeError: a field or argument that cannot be sent (nothing is written then),
   * an error reply, a timeout, a cancelled group, or the loss of the connection.
   */
  call(request: CallRequest): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.request(request, (outcome) => {
        if (outcome instanceof DBusNodeError) reject(outcome);
        else resolve(outcome);
      });
    });
  }

  /**
   * The same, told within the order of the bus's messages: before any signal that came after the reply,
   * which a promise can't promise. What cannot be sent is told at once.
   */
  request(request: CallRequest, settle: (outcome: Outcome) => void): void {
    try {
      this.#submit(request, (answer) => settle(readOutcome(answer, request)));
    } catch (error) {
      settle(asNodeError(error));
    }
  }

  #submit(request: CallRequest, settle: Settle): void {
    const { destination } = request;
    if (this.#status.state === "closed") throw new DBusNodeError("DBUS_DISCONNECTED", text("errors.closed"));
    this.backlog.check();
    const serial = this.#newSerial();
    const chunks = encodeCall(request, serial, request.place);
    const asked = this.owners.ownerOf(destination);
    this.#calls.submit({
      serial,
      chunks,
      destination,
      timeoutMs: request.timeoutMs,
      expectsReply: ((request.flags ?? 0) & CallFlag.noReply) === 0,
      group: request.group,
      settle,
      acceptsSender: (sender) => this.owners.mayAnswer(destination, asked, sender),
      timeoutError: () => timeoutError(request, this.#status.error),
    });
  }

  /** Serials are 32 bits, never 0 ("Message Format: Header"), and not one that a slow call still holds. */
  #newSerial(): number {
    do {
      this.#serial = this.#serial === 0xffff_ffff ? 1 : this.#serial + 1;
    } while (this.#calls.has(this.#serial));
    return this.#serial;
  }

  /** Connects, and goes on trying until it succeeds or the connection is closed. Never rejects. */
  async #connect(state: "connecting" | "reconnecting", error?: DBusNodeError, waitFirst = false): Promise<void> {
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#setStatus({ state, error });
    if (waitFirst) await watchSocket(this.address, this.#backoff.next(), attempt.signal);
    while (!attempt.signal.aborted) {
      try {
        return await this.#establish(attempt.signal);
      } catch (cause) {
        if (attempt.signal.aborted) return;
        this.#transport?.close();
        this.#forgetLink(asNodeError(cause));
        this.#setStatus({ state, error: asNodeError(cause) });
        await watchSocket(this.address, this.#backoff.next(), attempt.signal);
      }
    }
  }

  /** One attempt: link, Hello, and everything that the bus has to know again. Rejects when aborted. */
  async #establish(signal: AbortSignal): Promise<void> {
    let transport: Transport | undefined;
    let lost: DBusNodeError | undefined;
    // The connection may be lost or closed between the event that is awaited and the code that awaits it.
    const check = () => {
      signal.throwIfAborted();
      if (lost !== undefined) throw lost;
    };
    transport = await Transport.open(this.address, {
      timeoutMs: this.#timeoutMs,
      signal,
      onMessage: (message) => this.#receive(message),
      onListenerError: showDefect,
      onClose: (error) => {
        lost = error;
        if (transport === this.#transport) this.#lose(error);
      },
    });
    if (signal.aborted) return transport.close();
    this.#transport = transport;
    check();
    const uniqueName = await this.#driver.hello(this.#timeoutMs);
    check();
    this.#uniqueName = uniqueName;
    this.#driver.reachable = true;
    this.rules.restore();
    this.owners.restore();
    this.names.restore();
    // The bus answers in order: with this answer there, all of the above is done.
    await this.#driver.query("GetId", this.#timeoutMs);
    check();
    this.#connectedAt = performance.now();
    this.#setStatus({ state: "connected" });
    this.#calls.open();
  }

  #receive(message: IncomingMessage): void {
    switch (message.type) {
      case METHOD_RETURN:
      case ERROR:
        if (!this.#driver.reply(message) && !this.#posted.reply(message)) this.#calls.reply(message);
        return;
      case SIGNAL:
        this.owners.signal(message);
        this.names.signal(message);
        this.#subscriptions.signal(message);
        return;
      case METHOD_CALL: {
        const answer = this.#serve(message);
        if (answer !== undefined) this.#send(answer);
      }
    }
  }

  #send(message: Message): number {
    const serial = this.#newSerial();
    this.#transport?.write(Transport.encode(message, serial));
    return serial;
  }

  /** The link is gone. While it is being set up, that is the attempt's business, which fails by it. */
  #lose(error: DBusNodeError): void {
    const connected = this.#status.state === "connected";
    this.#forgetLink(error);
    if (!connected) return;
    const stable = performance.now() - this.#connectedAt >= STABLE_AFTER_MS;
    if (stable) this.#backoff.reset();
    this.#calls.lose(
      new DBusNodeError("DBUS_DISCONNECTED", text("errors.disconnected-pending", { reason: error.text }), {
        cause: error,
      }),
    );
    void this.#connect("reconnecting", error, !stable);
  }

  #forgetLink(error: DBusNodeError): void {
    this.#transport = undefined;
    this.#uniqueName = undefined;
    this.#posted.clear();
    this.#driver.lose(error);
    this.owners.lose();
    this.names.lose();
  }

  #setStatus(status: ConnectionStatus): void {
    this.#status = status;
    this.#listeners.emit(status);
  }
}
