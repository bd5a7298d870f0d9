/** One interface of an exported object, as a person defines it in rows. */
export interface InterfaceDefinition {
  readonly name: string;
  readonly properties: readonly PropertyDefinition[];
  readonly methods: readonly MethodDefinition[];
  readonly signals: readonly SignalDefinition[];
}

export interface PropertyDefinition {
  readonly name: string;
  /** One single complete type. */
  readonly signature: string;
  readonly access: PropertyAccess;
  /** The value at first, as JSON text or as a flow value; "" is the type's zero. */
  readonly value: unknown;
  readonly emitsChanged: EmitsChanged;
}

/** The words are those of the introspection format. */
export type PropertyAccess = "read" | "write" | "readwrite";

/** `org.freedesktop.DBus.Property.EmitsChangedSignal`: the value, its name only, never as it never changes, not at all. */
export type EmitsChanged = "true" | "invalidates" | "const" | "false";

export interface MethodDefinition {
  readonly name: string;
  readonly in: readonly ArgumentDefinition[];
  readonly out: readonly ArgumentDefinition[];
  /** Seconds in which the flow has to answer. */
  readonly timeout: number;
}

export interface SignalDefinition {
  readonly name: string;
  readonly args: readonly ArgumentDefinition[];
}

export interface ArgumentDefinition {
  /** May be "". */
  readonly name: string;
  /** One single complete type. */
  readonly signature: string;
}

/** Seconds, as with a call's own timeout: the caller gives up after them too. */
export const DEFAULT_METHOD_TIMEOUT = 25;

export const PROPERTY_ACCESS: readonly PropertyAccess[] = ["read", "write", "readwrite"];
export const EMITS_CHANGED: readonly EmitsChanged[] = ["true", "invalidates", "const", "false"];

export function signatureOfArguments(args: readonly ArgumentDefinition[]): string {
  return args.map(({ signature }) => signature).join("");
}
