import type { Node, NodeMessage } from "node-red";
import { DBusNodeError } from "../../lib/errors";
import { type ExportListener, NO_REPLY_WANTED } from "../../lib/export/exported-interface";
import type { Export, Exporter } from "../../lib/export/exporter";
import { exporterOf } from "../../lib/export/exporters";
import { completeRows } from "../../lib/shared/complete-rows";
import type { DBusPublishConfig } from "../../lib/shared/dbus-publish-config";
import { initialValue } from "../../lib/shared/initial-value";
import {
  type InterfaceDefinition,
  type MethodDefinition,
  signatureOfArguments,
} from "../../lib/shared/interface-definition";
import { checkObjectPath } from "../../lib/shared/names";
import { parseSignature } from "../../lib/shared/signature";
import { text } from "../../lib/shared/text";
import { toArguments } from "../../lib/values/arguments";
import { isPlainObject, setOwn } from "../../lib/values/containers";
import type { BusLink } from "./bus-link";
import { dbusFields, fieldOf } from "./message";
import { callMessage, writeMessage } from "./publish-message";
import type { Status } from "./status";
import type { ValueStore } from "./value-store";

/** Told of the calls that wait for an answer of the flow. */
export interface CallWatch {
  /** There are more or fewer of them. */
  changed(): void;
  /** The flow has not answered one in the method's time. */
  unanswered(method: MethodDefinition): void;
}

/** What a dbus-publish node with `action: "export"` has on the bus. */
export class PublishedObjects {
  readonly #config: DBusPublishConfig;
  readonly #definition: InterfaceDefinition;
  readonly #exporter: Exporter;
  readonly #store: ValueStore;
  readonly #listener: (path: string) => ExportListener;
  readonly #exports = new Map<string, Export>();
  /** Calls that wait for an answer of the flow. */
  #calls = 0;

  constructor(config: DBusPublishConfig, link: BusLink, node: Node, store: ValueStore, watch: CallWatch) {
    this.#config = config;
    this.#definition = definitionOf(config);
    this.#exporter = exporterOf(link.connection);
    this.#store = store;
    this.#listener = (path) => ({
      decode: { int64: config.int64, keepTypes: config.keepTypes },
      called: (call) => {
        if (call.token !== NO_REPLY_WANTED) this.#calls++;
        node.send([callMessage(call, link), null]);
        watch.changed();
      },
      over: () => {
        this.#calls--;
        watch.changed();
      },
      unanswered: watch.unanswered,
      written: (property, value, sender) => {
        store.keep(path, [[property.name, value]]);
        node.send([null, writeMessage(config, path, property, value, sender, link)]);
      },
    });
  }

  /** Shows how many calls of this node's objects wait for an answer. Whether there are any. */
  show(status: Status): boolean {
    if (this.#calls > 0) status.show({ kind: "waiting", calls: this.#calls });
    return this.#calls > 0;
  }

  /** Publishes the object at a path, with these values and those that were kept. Throws DBusNodeError. */
  publish(path: string, values: Readonly<Record<string, unknown>> = {}): void {
    const kept = this.#store.kept(path, this.#definition.properties);
    const first = { ...kept, ...values };
    this.#exports.set(path, this.#exporter.export(path, this.#definition, this.#listener(path), first));
  }

  /**
   * Does what a message asks. Returns the declared signal that it has emitted, if it has one. Throws
   * DBusNodeError; nothing is announced then.
   */
  handle(message: NodeMessage): string | undefined {
    const path = fieldOf(dbusFields(message), "path", this.#config.path, checkObjectPath);
    if (path === "") throw missingPath();
    const { topic, payload } = message;
    const signal = this.#definition.signals.find(({ name }) => name === topic);
    const removes = message["action"] === "remove";
    // A value is stored, and told when the bus takes more; all else would be lost.
    if (removes || signal !== undefined || !this.#exports.has(path)) this.#exporter.checkBacklog();
    if (removes) this.#remove(path);
    else if (signal === undefined) this.#update(path, this.#values(topic, payload));
    else this.#emit(path, signal, payload);
    return removes ? undefined : signal?.name;
  }

  close(): void {
    for (const { remove } of this.#exports.values()) remove();
    this.#exports.clear();
  }

  #update(path: string, values: Readonly<Record<string, unknown>>): void {
    const known = this.#exports.get(path);
    if (known === undefined) this.publish(path, values);
    else known.update(values, this.#config.emitUnchanged);
    const stored = this.#exports.get(path)?.values ?? [];
    this.#store.keep(
      path,
      [...stored].filter(([name]) => Object.hasOwn(values, name)),
    );
  }

  #remove(path: string): void {
    this.#exports.get(path)?.remove();
    this.#exports.delete(path);
    this.#store.forget(path);
  }

  #emit(path: string, { name, args }: InterfaceDefinition["signals"][number], payload: unknown): void {
    const signature = signatureOfArguments(args);
    const parsed = parseSignature(signature);
    const names = args.map((arg) => arg.name);
    const body = toArguments(payload, "types" in parsed ? parsed.types : [], names);
    const fields = { path, interface: this.#definition.name, member: name, signature, body };
    if (!this.#exports.has(path)) {
      // A signal that cannot be emitted leaves no object behind.
      this.#exporter.checkEmit(fields);
      this.publish(path);
    }
    this.#exporter.emit(fields);
  }

  /** One property by its topic, or several by an object; with nothing given the object is only published. */
  #values(topic: unknown, payload: unknown): Readonly<Record<string, unknown>> {
    if (typeof topic === "string" && topic !== "") {
      if (this.#definition.properties.some(({ name }) => name === topic)) {
        const values: Record<string, unknown> = {};
        setOwn(values, topic, payload);
        return values;
      }
      throw unknownTopic(topic, this.#definition);
    }
    if (isPlainObject(payload)) return payload;
    throw unknownTopic("", this.#definition);
  }
}

/** The values that a person typed, read. */
function definitionOf(config: DBusPublishConfig): InterfaceDefinition {
  const rows = completeRows(config);
  const properties = rows.properties.map((property) => {
    const read = initialValue(property.signature, property.value);
    return { ...property, value: "value" in read ? read.value : undefined };
  });
  return { ...rows, name: config.interface, properties };
}

function missingPath(): DBusNodeError {
  const params = { field: text("labels.path"), property: "msg.dbus.path" };
  return new DBusNodeError("DBUS_INVALID_FIELD", text("errors.field-missing", params));
}

function unknownTopic(topic: string, { properties, signals }: InterfaceDefinition): DBusNodeError {
  const names = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name).join(", ") || "–";
  const params = { topic, properties: names(properties), signals: names(signals) };
  return new DBusNodeError("DBUS_INVALID_FIELD", text("errors.unknown-topic", params));
}
