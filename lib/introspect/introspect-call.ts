import type { Outcome } from "../bus/call";
import type { Connection } from "../bus/connection";
import { CallGroup } from "../bus/pending-calls";
import { asNodeError, type DBusErrorCode, DBusNodeError } from "../errors";
import { text } from "../shared/text";
import type { IntrospectedObject } from "./model";
import { parseIntrospection } from "./parse-xml";

export interface ObjectAddress {
  readonly destination: string;
  readonly path: string;
}

/** What Introspect came to. `size` is that of the XML, in characters. */
export type Introspection = { readonly model: IntrospectedObject; readonly size: number } | DBusNodeError;

interface Waiter {
  readonly resolve: (model: IntrospectedObject) => void;
  readonly reject: (error: DBusNodeError) => void;
  readonly timer: NodeJS.Timeout | undefined;
}

/**
 * One call of `org.freedesktop.DBus.Introspectable.Introspect` that any number of callers wait for,
 * each as long as it wants to. It ends when it is answered, or when nobody waits any more.
 */
export class IntrospectCall {
  readonly #connection: Connection;
  readonly #object: ObjectAddress;
  readonly #group = new CallGroup();
  readonly #waiters = new Set<Waiter>();

  constructor(connection: Connection, object: ObjectAddress) {
    this.#connection = connection;
    this.#object = object;
  }

  /** `settled` is told in the order of the bus's messages, before those who wait. */
  send(flags: number, settled: (introspection: Introspection) => void): void {
    const request = {
      ...this.#object,
      interface: "org.freedesktop.DBus.Introspectable",
      member: "Introspect",
      signature: "",
      body: [],
      flags,
      timeoutMs: 0,
      group: this.#group,
    };
    this.#connection.request(request, (outcome) => {
      const introspection = read(outcome, this.#object);
      settled(introspection);
      for (const waiter of [...this.#waiters]) this.#end(waiter, introspection);
    });
  }

  /** Rejects with DBusNodeError; DBUS_TIMEOUT after `timeoutMs` milliseconds, never with 0. */
  wait(timeoutMs: number): Promise<IntrospectedObject> {
    return new Promise((resolve, reject) => {
      const late = () => {
        this.#end(waiter, this.#timeoutError(timeoutMs));
        if (this.#waiters.size === 0) this.#group.cancel();
      };
      const timer = timeoutMs > 0 ? setTimeout(late, timeoutMs) : undefined;
      const waiter: Waiter = { resolve, reject, timer };
      this.#waiters.add(waiter);
    });
  }

  #end(waiter: Waiter, introspection: Introspection): void {
    clearTimeout(waiter.timer);
    this.#waiters.delete(waiter);
    if (introspection instanceof DBusNodeError) waiter.reject(introspection);
    else waiter.resolve(introspection.model);
  }

  /** While there is no bus, that is the reason to tell, not the time it took. */
  #timeoutError(timeoutMs: number): DBusNodeError {
    const params = { destination: this.#object.destination, member: "Introspect", seconds: timeoutMs / 1000 };
    const { error } = this.#connection.status;
    if (error === undefined) return new DBusNodeError("DBUS_TIMEOUT", text("errors.timeout", params));
    return new DBusNodeError("DBUS_TIMEOUT", text("errors.timeout-no-bus", { ...params, reason: error.text }), {
      cause: error,
    });
  }
}

/** Errors that say nothing of introspection itself, and so keep their meaning. */
const PASSED_ON: ReadonlySet<DBusErrorCode> = new Set<DBusErrorCode>([
  "DBUS_NAME_NOT_FOUND",
  "DBUS_OBJECT_NOT_FOUND",
  "DBUS_ACCESS_DENIED",
  "DBUS_LIMITS_EXCEEDED",
  "DBUS_NO_REPLY",
  "DBUS_TIMEOUT",
  "DBUS_CANCELLED",
  "DBUS_DISCONNECTED",
  "DBUS_INVALID_FIELD",
]);

function read(outcome: Outcome, object: ObjectAddress): Introspection {
  try {
    if (outcome instanceof DBusNodeError) return refused(outcome, object);
    const [xml] = outcome.body;
    if (typeof xml !== "string" || outcome.signature !== "s") {
      const params = { ...object, signature: outcome.signature };
      return new DBusNodeError("DBUS_INTROSPECTION_FAILED", text("errors.introspection-no-text", params));
    }
    return { model: parseIntrospection(xml), size: xml.length };
  } catch (error) {
    return asNodeError(error);
  }
}

function refused(error: DBusNodeError, object: ObjectAddress): DBusNodeError {
  if (PASSED_ON.has(error.code)) return error;
  const { dbusName, body } = error;
  const why = text("errors.introspection-refused", { ...object, reason: error.text });
  return new DBusNodeError("DBUS_INTROSPECTION_FAILED", why, { cause: error, dbusName, body });
}
