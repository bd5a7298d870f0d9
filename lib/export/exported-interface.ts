import { DBusNodeError } from "../errors";
import type { InterfaceDefinition, MethodDefinition, PropertyDefinition } from "../shared/interface-definition";
import { text } from "../shared/text";
import { type StoredValue, storeValue } from "../wire/stored-value";
import type { DecodeOptions } from "../wire/types";
import { zeroOf } from "./zero-value";

/** What happens on an exported interface, told to whoever exported it. */
export interface ExportListener {
  /** How the arguments of calls are read. */
  readonly decode: DecodeOptions;
  /** A method was called with arguments that fit; `Exporter.reply` answers it. */
  called(call: MethodCall): void;
  /** A call whose caller expects a reply is over: answered, out of time, or with the object or the bus gone. */
  over(): void;
  /** Such a call has run out of time; `over` was told before. */
  unanswered(method: MethodDefinition): void;
  /** A peer wrote a property: the value fits, and is stored. */
  written(property: PropertyDefinition, value: StoredValue, sender: string): void;
}

/**
 * The token of every call whose caller wants no reply. Nobody waits for such a call, so nothing of it is kept;
 * a flow that answers all calls alike may answer it too.
 */
export const NO_REPLY_WANTED = "no-reply";

/** A call that goes into the flow. */
export interface MethodCall {
  /** Finds the call again; a text, so that it survives a clone of the message. NO_REPLY_WANTED where none is expected. */
  readonly token: string;
  readonly method: MethodDefinition;
  /** Flow values, one per argument. */
  readonly body: readonly unknown[];
  readonly path: string;
  readonly interfaceName: string;
  readonly sender: string;
}

/** An interface on one object, with its properties' values. */
export class ExportedInterface {
  readonly definition: InterfaceDefinition;
  readonly listener: ExportListener;
  readonly #values = new Map<string, StoredValue>();

  /** Throws DBusNodeError DBUS_INVALID_ARGUMENT for a first value that does not fit its type. */
  constructor(definition: InterfaceDefinition, listener: ExportListener) {
    this.definition = definition;
    this.listener = listener;
    for (const property of definition.properties) {
      const { name, signature, value } = property;
      this.#values.set(name, value === undefined ? zeroOf(signature) : storeValue(signature, value, placeOf(name)));
    }
  }

  method(name: string): MethodDefinition | undefined {
    return this.definition.methods.find((method) => method.name === name);
  }

  property(name: string): PropertyDefinition | undefined {
    return this.definition.properties.find((property) => property.name === name);
  }

  /** The present values, by name. */
  get values(): ReadonlyMap<string, StoredValue> {
    return this.#values;
  }

  value(property: PropertyDefinition): StoredValue {
    return this.#values.get(property.name) ?? zeroOf(property.signature);
  }

  /** The values that a peer may read. */
  readable(): readonly (readonly [string, StoredValue])[] {
    const readable = this.definition.properties.filter(({ access }) => access !== "write");
    return readable.map((property) => [property.name, this.value(property)]);
  }

  /** Whether that changed anything. */
  store(name: string, value: StoredValue): boolean {
    const before = this.#values.get(name);
    this.#values.set(name, value);
    return before === undefined || !before.equals(value);
  }

  /** What a flow gives for a property. Throws DBusNodeError for one that there is not, or a value that does not fit. */
  checked(name: string, value: unknown): StoredValue {
    const property = this.property(name);
    if (property === undefined) {
      const names = this.definition.properties.map((known) => known.name).join(", ");
      throw new DBusNodeError("DBUS_PROPERTY_NOT_FOUND", text("errors.no-such-export", { name, names }));
    }
    return storeValue(property.signature, value, placeOf(name));
  }
}

function placeOf(name: string) {
  return text("places.property", { name });
}
