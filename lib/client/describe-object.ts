import { CallFlag } from "../bus/transport";
import { DBusNodeError } from "../errors";
import {
  type Annotations,
  type IntrospectedInterface,
  type IntrospectedObject,
  STANDARD_INTERFACES,
} from "../introspect/model";
import type { InterfaceEntry } from "../shared/admin";
import { getAll, type InterfaceValues, type PropertyValues } from "./properties";
import type { Service } from "./resolve-member";
import { valueText } from "./value-text";

export interface DescribedObject {
  /** The object's own first, the standard ones last, each in the document's order. */
  readonly interfaces: readonly InterfaceEntry[];
  /** How many interfaces and members were not valid. */
  readonly leftOut: number;
}

/** Elements of arrays and dicts that are read of an interface's properties: no line shows more of them. */
const MOST_ELEMENTS = 10_000;
/** Interfaces whose properties are read. */
const MOST_READ = 50;

/**
 * What an object offers, with the present values of its properties as far as they can be read. Starts
 * nothing. `timeoutMs` is for all of it. Rejects with DBusNodeError, as `IntrospectionCache.introspect`.
 */
export async function describeObject(
  service: Service,
  destination: string,
  path: string,
  timeoutMs: number,
): Promise<DescribedObject> {
  const end = performance.now() + timeoutMs;
  const { connection, introspection } = service;
  const model = await introspection.refresh(destination, path, timeoutMs, CallFlag.noAutoStart, true);
  const question = {
    ...{ connection, destination, path, flags: CallFlag.noAutoStart },
    timeoutMs: Math.max(1, Math.ceil(end - performance.now())),
    decode: { int64: "auto", keepTypes: false, most: MOST_ELEMENTS } as const,
  };
  const values: Record<string, PropertyValues> = Object.create(null);
  const readable = [...model.interfaces.values()].filter(hasReadable).slice(0, MOST_READ);
  await Promise.all(
    readable.map(
      ({ name }) =>
        new Promise<void>((resolve) => {
          getAll(question, name, (outcome) => {
            if (!(outcome instanceof DBusNodeError)) values[name] = outcome;
            resolve();
          });
        }),
    ),
  );
  return { interfaces: entries(model, values), leftOut: model.leftOut };
}

function hasReadable({ properties }: IntrospectedInterface): boolean {
  for (const { access } of properties.values()) if (access !== "write") return true;
  return false;
}

function entries(model: IntrospectedObject, values: InterfaceValues): readonly InterfaceEntry[] {
  const all = Array.from(model.interfaces.values(), (one) => entryOf(one, values[one.name] ?? {}));
  return [...all.filter(({ standard }) => !standard), ...all.filter(({ standard }) => standard)];
}

function entryOf(described: IntrospectedInterface, values: PropertyValues): InterfaceEntry {
  const { name, annotations } = described;
  return {
    name,
    standard: STANDARD_INTERFACES.has(name),
    deprecated: isDeprecated(annotations),
    methods: described.methods.map((method) => ({
      name: method.name,
      in: method.in,
      out: method.out,
      deprecated: isDeprecated(method.annotations),
    })),
    properties: Array.from(described.properties.values(), (property) => ({
      name: property.name,
      signature: property.signature,
      access: property.access,
      emitsChanged: property.emitsChanged,
      deprecated: isDeprecated(property.annotations),
      ...(Object.hasOwn(values, property.name) ? { value: valueText(values[property.name]) } : {}),
    })),
    signals: described.signals.map((signal) => ({
      name: signal.name,
      args: signal.args,
      deprecated: isDeprecated(signal.annotations),
    })),
  };
}

/** "Introspection Data Format", well-known annotations. */
function isDeprecated(annotations: Annotations): boolean {
  return annotations.get("org.freedesktop.DBus.Deprecated") === "true";
}
