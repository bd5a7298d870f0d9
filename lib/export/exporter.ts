import type { Connection } from "../bus/connection";
import { guard } from "../bus/listeners";
import type { PostWatch } from "../bus/posted-messages";
import { errorReply, type Message, methodReturn, type SignalFields, signal, Transport } from "../bus/transport";
import { DBusNodeError } from "../errors";
import type { InterfaceDefinition, MethodDefinition } from "../shared/interface-definition";
import { text } from "../shared/text";
import type { StoredValue } from "../wire/stored-value";
import { type IncomingMessage, NO_REPLY_EXPECTED } from "../wire/types";
import { asPeerError, dispatch } from "./dispatch";
import { ExportedInterface, type ExportListener, NO_REPLY_WANTED } from "./exported-interface";
import { type FlowReply, replyMessage } from "./flow-reply";
import { ObjectTree } from "./object-tree";
import { MOST_PENDING, PendingReplies, type PendingReply } from "./pending-replies";
import { PropertyAnnouncer } from "./property-announcer";
import { getAllProperties } from "./property-calls";
import type { Answer } from "./standard-calls";
import { ERROR_NAMES, PeerError } from "./standard-errors";
import { isManaged, OBJECT_MANAGER } from "./standard-interfaces";

/** Told why the bus did not let a signal or an answer pass. */
export type Refused = PostWatch["refused"];

/** One interface on one object, for as long as it is exported. */
export interface Export {
  /**
   * Stores values by property name, all or none, and announces those that changed with one signal.
   * Throws DBusNodeError for a name or value that does not fit.
   */
  update(values: Readonly<Record<string, unknown>>, announceUnchanged: boolean): void;
  /** The present values of all properties, by name. */
  readonly values: ReadonlyMap<string, StoredValue>;
  remove(): void;
}

/** The objects that are published over one connection: what peers ask of them, and what they tell. */
export class Exporter {
  readonly #connection: Connection;
  readonly #tree: ObjectTree;
  readonly #announcer: PropertyAnnouncer;
  readonly #pending = new PendingReplies();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#announcer = new PropertyAnnouncer(connection);
    this.#tree = new ObjectTree({
      added: (path, exported) => this.#tellAdded(path, exported),
      removed: (path, exported) => this.#tellRemoved(path, exported),
    });
    connection.serve((call) => this.#serve(call));
    connection.onStatus(({ state }) => {
      // The callers are gone with the bus.
      if (state !== "connected") this.#pending.takeAll();
    });
  }

  /** The address that its connection is for. */
  get address(): string {
    return this.#connection.address;
  }

  get objects(): number {
    return this.#tree.size;
  }

  /** Calls that the flow has still to answer. */
  get pendingCalls(): number {
    return this.#pending.size;
  }

  /**
   * `values` are the properties' values where they are not those of the definition. Throws DBusNodeError,
   * with nothing announced, for a value that does not fit, or an interface that the object has already.
   */
  export(
    path: string,
    definition: InterfaceDefinition,
    listener: ExportListener,
    values: Readonly<Record<string, unknown>> = {},
  ): Export {
    const exported = new ExportedInterface(definition, listener);
    for (const [name, value] of Object.entries(values)) exported.store(name, exported.checked(name, value));
    const remove = this.#tree.add(path, exported);
    return {
      update: (values, announceUnchanged) => {
        const checked = Object.entries(values).map(([name, value]) => [name, exported.checked(name, value)] as const);
        this.#store(path, exported, checked, announceUnchanged);
      },
      values: exported.values,
      remove,
    };
  }

  /** Whether it is a call of this exporter's that waits. */
  has(token: string): boolean {
    return this.#pending.has(token);
  }

  /** Throws DBusNodeError DBUS_LIMITS_EXCEEDED while the bus takes no more. */
  checkBacklog(): void {
    this.#connection.backlog.check();
  }

  /**
   * Emits a signal of an exported object. Throws DBusNodeError for arguments that do not fit, while there
   * is no bus, and while the bus takes no more. `refused` is told where the bus does not let it pass to its
   * destination, after this has returned.
   */
  emit(fields: SignalFields, refused?: Refused): void {
    this.checkBacklog();
    const { destination } = fields;
    const watch = destination && refused ? { asked: { ...fields, destination }, refused } : undefined;
    if (!this.#connection.post(signal(fields), watch)) throw notEmitted(this.#connection, fields.member);
  }

  /** Throws what `emit` would throw, and emits nothing. */
  checkEmit(fields: SignalFields): void {
    Transport.encode(signal(fields), 1);
    this.checkBacklog();
    if (this.#connection.uniqueName === undefined) throw notEmitted(this.#connection, fields.member);
  }

  /**
   * Answers a call. Throws DBusNodeError: for one that is over already or never was; and for an answer
   * that does not fit, which ends the call: the caller is told that it failed; and while the bus takes no
   * more, when the call stays, to be answered later. `refused` is told where the bus does not let the answer
   * pass, as when the caller has given up, after this has returned.
   */
  reply(token: string, reply: FlowReply, refused?: Refused): void {
    if (this.#pending.has(token)) this.checkBacklog();
    const pending = this.#pending.take(token);
    if (pending === undefined) throw new DBusNodeError("DBUS_CALL_OVER", text("errors.call-over"));
    try {
      this.#connection.post(replyMessage(pending, reply), refused && watchOf(pending, refused));
    } catch (error) {
      this.#connection.post(errorReply(pending, ERROR_NAMES.failed, "The service gave an answer that does not fit"));
      throw error;
    }
  }

  #serve(call: IncomingMessage): Message | undefined {
    const expectsReply = (call.flags & NO_REPLY_EXPECTED) === 0;
    try {
      const found = dispatch(this.#tree, call);
      if (found.kind === "call") {
        this.#hand(found.exported, found.method, call, expectsReply);
        return undefined;
      }
      // Answers that the bus does not take must not fill our memory; errors are small.
      if (expectsReply && this.#connection.backlog.isFull()) {
        throw new PeerError(ERROR_NAMES.limitsExceeded, "Too much waits to be sent to the bus already");
      }
      this.#write(found.answer, call);
      // Sent here and not by whoever called us: what cannot be encoded is an error for the caller too.
      if (expectsReply) this.#connection.post(methodReturn(call, found.answer.signature, [...found.answer.body]));
      return undefined;
    } catch (thrown) {
      const { errorName, message } = asPeerError(thrown);
      return expectsReply ? errorReply(call, errorName, message) : undefined;
    }
  }

  /** Into the flow, which answers when it likes, within the method's time. */
  #hand(exported: ExportedInterface, method: MethodDefinition, call: IncomingMessage, expectsReply: boolean): void {
    const { listener, definition } = exported;
    const body = call.body(listener.decode);
    const sender = call.sender ?? "";
    const handed = { method, body, path: call.path ?? "/", interfaceName: definition.name, sender };
    if (!expectsReply) {
      listener.called({ ...handed, token: NO_REPLY_WANTED });
      return;
    }
    if (this.#pending.full)
      throw new PeerError(ERROR_NAMES.limitsExceeded, `${MOST_PENDING} calls are waiting already`);
    const pending = { serial: call.serial, sender, member: method.name, out: method.out, exported };
    const token = this.#pending.add(pending, method.timeout * 1000, () => {
      this.#connection.post(errorReply(pending, ERROR_NAMES.noReply, `No answer within ${method.timeout} s`));
      guard(() => listener.unanswered(method));
    });
    try {
      listener.called({ ...handed, token });
    } catch (thrown) {
      // It is over then, unless it was answered before.
      if (this.#pending.take(token) !== undefined) throw thrown;
    }
  }

  #write({ written }: Answer, call: IncomingMessage): void {
    if (written === undefined) return;
    const { exported, property, value } = written;
    this.#store(call.path ?? "/", exported, [[property.name, value]], false);
    exported.listener.written(property, value, call.sender ?? "");
  }

  /** Stores all of them and announces those that changed; what is too large to be announced is not stored. */
  #store(
    path: string,
    exported: ExportedInterface,
    values: readonly (readonly [name: string, value: StoredValue])[],
    announceUnchanged: boolean,
  ): void {
    const before = values.map(([name]) => [name, exported.values.get(name)] as const);
    const changed = values.filter(([name, value]) => exported.store(name, value) || announceUnchanged);
    try {
      this.#announcer.announce(
        path,
        exported,
        changed.map(([name]) => name),
      );
    } catch (error) {
      for (const [name, value] of before) if (value !== undefined) exported.store(name, value);
      throw error;
    }
  }

  #tellAdded(path: string, exported: ExportedInterface): void {
    const { name } = exported.definition;
    const values = getAllProperties(new Map([[name, exported]]), name);
    this.#tellManager(path, "InterfacesAdded", "oa{sa{sv}}", { [name]: values });
  }

  #tellRemoved(path: string, exported: ExportedInterface): void {
    this.#announcer.forget(path, exported);
    for (const call of this.#pending.takeAll(exported)) {
      this.#connection.post(errorReply(call, ERROR_NAMES.noReply, `The object ${path} is gone`));
    }
    this.#tellManager(path, "InterfacesRemoved", "oas", [exported.definition.name]);
  }

  #tellManager(path: string, member: string, signature: string, interfaces: unknown): void {
    if (!isManaged(path)) return;
    const body = [path, interfaces];
    this.#connection.post(signal({ path: "/", interface: OBJECT_MANAGER, member, signature, body }));
  }
}

function watchOf({ sender, member, exported }: PendingReply, refused: Refused): PostWatch {
  return { asked: { destination: sender, interface: exported.definition.name, member }, refused };
}

/** A signal that did not go out, or was lost with the connection on its way. */
export function notEmitted({ status }: Connection, member: string): DBusNodeError {
  return new DBusNodeError("DBUS_DISCONNECTED", text("errors.not-emitted", { member }), { cause: status.error });
}
