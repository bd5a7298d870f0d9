import type { Connection } from "../bus/connection";
import { pool } from "../bus/pool";
import { errorReply, type Message, methodReturn, type SignalFields, signal } from "../bus/transport";
import { DBusNodeError } from "../errors";
import { type InterfaceDefinition, type MethodDefinition, signatureOfArguments } from "../shared/interface-definition";
import { checkErrorName } from "../shared/names";
import { parseSignature } from "../shared/signature";
import { text } from "../shared/text";
import { toArguments } from "../values/arguments";
import type { StoredValue } from "../wire/stored-value";
import { type IncomingMessage, NO_REPLY_EXPECTED } from "../wire/types";
import { asPeerError, dispatch } from "./dispatch";
import { ExportedInterface, type ExportListener } from "./exported-interface";
import { ObjectTree } from "./object-tree";
import { MOST_PENDING, PendingReplies, type PendingReply } from "./pending-replies";
import { PropertyAnnouncer } from "./property-announcer";
import { getAllProperties } from "./property-calls";
import type { Answer } from "./standard-calls";
import { ERROR_NAMES, PeerError } from "./standard-errors";
import { OBJECT_MANAGER } from "./standard-interfaces";

/** What a flow answers a call with: a payload by the rule of `lib/values/arguments`, or an error. */
export type FlowReply =
  | { readonly kind: "return"; readonly payload: unknown }
  | { readonly kind: "error"; readonly name: string; readonly message: string };

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
      if (state !== "connected") this.#pending.clear();
    });
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
        const changed = checked.filter(([name, value]) => exported.store(name, value) || announceUnchanged);
        this.#announcer.announce(
          path,
          exported,
          changed.map(([name]) => name),
        );
      },
      values: exported.values,
      remove,
    };
  }

  /** Told when a call is over, whichever way. */
  onSettled(listener: () => void): () => void {
    return this.#pending.settled.add(listener);
  }

  /** Whether it is a call of this exporter's that waits. */
  has(token: string): boolean {
    return this.#pending.has(token);
  }

  /** Emits a signal of an exported object. Throws DBusNodeError for arguments that do not fit, or while there is no bus. */
  emit(fields: SignalFields): void {
    if (!this.#connection.post(signal(fields))) {
      const { error } = this.#connection.status;
      throw new DBusNodeError("DBUS_DISCONNECTED", text("errors.not-emitted", { member: fields.member }), {
        cause: error,
      });
    }
  }

  /**
   * Answers a call. Throws DBusNodeError: for one that is over already or never was; and for an answer
   * that does not fit, which ends the call: the caller is told that it failed.
   */
  reply(token: string, reply: FlowReply): void {
    const pending = this.#pending.take(token);
    if (pending === undefined) throw new DBusNodeError("DBUS_CALL_OVER", text("errors.call-over"));
    if (!pending.expectsReply) return;
    try {
      this.#connection.post(replyMessage(pending, reply));
    } catch (error) {
      this.#connection.post(errorReply(pending, ERROR_NAMES.failed, "The service gave an answer that does not fit"));
      throw error;
    }
  }

  #serve(call: IncomingMessage): Message | undefined {
    const expectsReply = (call.flags & NO_REPLY_EXPECTED) === 0;
    try {
      const found = dispatch(this.#tree, call);
      if (found.kind === "call") return this.#hand(found.exported, found.method, call, expectsReply);
      this.#write(found.answer, call);
      return expectsReply ? methodReturn(call, found.answer.signature, [...found.answer.body]) : undefined;
    } catch (thrown) {
      const { errorName, message } = asPeerError(thrown);
      return expectsReply ? errorReply(call, errorName, message) : undefined;
    }
  }

  /** Into the flow, which answers when it likes, within the method's time. */
  #hand(
    exported: ExportedInterface,
    method: MethodDefinition,
    call: IncomingMessage,
    expectsReply: boolean,
  ): undefined {
    const body = call.body(exported.listener.decode);
    if (this.#pending.full)
      throw new PeerError(ERROR_NAMES.limitsExceeded, `${MOST_PENDING} calls are waiting already`);
    const { serial } = call;
    const sender = call.sender ?? "";
    const pending = { serial, sender, out: method.out, expectsReply };
    const token = this.#pending.add(pending, method.timeout * 1000, () => {
      if (!expectsReply) return;
      this.#connection.post(errorReply(pending, ERROR_NAMES.noReply, `No answer within ${method.timeout} s`));
    });
    const path = call.path ?? "/";
    const interfaceName = exported.definition.name;
    try {
      exported.listener.called({ token, method, body, path, interfaceName, sender, expectsReply });
    } catch (thrown) {
      // It is over then, unless it was answered before.
      if (this.#pending.take(token) !== undefined) throw thrown;
    }
    return undefined;
  }

  #write({ written }: Answer, call: IncomingMessage): void {
    if (written === undefined) return;
    const { exported, property, value } = written;
    const changed = exported.store(property.name, value);
    if (changed) this.#announcer.announce(call.path ?? "/", exported, [property.name]);
    exported.listener.written(property, value, call.sender ?? "");
  }

  #tellAdded(path: string, exported: ExportedInterface): void {
    const { name } = exported.definition;
    const values = getAllProperties(new Map([[name, exported]]), name);
    this.#tellManager("InterfacesAdded", "oa{sa{sv}}", [path, { [name]: values }]);
  }

  #tellRemoved(path: string, exported: ExportedInterface): void {
    this.#announcer.forget(path, exported);
    this.#tellManager("InterfacesRemoved", "oas", [path, [exported.definition.name]]);
  }

  #tellManager(member: string, signature: string, body: readonly unknown[]): void {
    this.#connection.post(signal({ path: "/", interface: OBJECT_MANAGER, member, signature, body }));
  }
}

function replyMessage(pending: PendingReply, reply: FlowReply): Message {
  if (reply.kind === "error") {
    const problem = checkErrorName(reply.name);
    if (problem === undefined) return errorReply(pending, reply.name, reply.message);
    throw new DBusNodeError("DBUS_INVALID_FIELD", text("errors.field", { field: text("fields.errorName"), problem }));
  }
  const signature = signatureOfArguments(pending.out);
  const parsed = parseSignature(signature);
  const types = "types" in parsed ? parsed.types : [];
  const names = pending.out.map(({ name }) => name);
  return methodReturn(pending, signature, [...toArguments(reply.payload, types, names)]);
}

const exporters = new WeakMap<Connection, Exporter>();

/** The exporter, of all connections that there are, whose call has this token; undefined where it is over. */
export function exporterWith(token: string): Exporter | undefined {
  for (const connection of pool.connections.values()) {
    const exporter = exporters.get(connection);
    if (exporter?.has(token)) return exporter;
  }
  return undefined;
}

/** The one exporter of a connection: nodes that share it share its objects. */
export function exporterOf(connection: Connection): Exporter {
  let exporter = exporters.get(connection);
  if (exporter === undefined) {
    exporter = new Exporter(connection);
    exporters.set(connection, exporter);
  }
  return exporter;
}
