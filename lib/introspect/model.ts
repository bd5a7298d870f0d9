/** What an object says about itself: "Introspection Data Format" and `org.freedesktop.DBus.Introspectable`. */
export interface IntrospectedObject {
  /** By interface name, in the document's order. */
  readonly interfaces: ReadonlyMap<string, IntrospectedInterface>;
  /** Relative paths of the objects below, without a leading slash: usually one element each. */
  readonly children: readonly string[];
  /** How many interfaces, members, children and annotations were not valid, and so are missing here. */
  readonly leftOut: number;
}

export interface IntrospectedInterface {
  readonly name: string;
  /** Several methods may share a name: Qt's bindings export overloads. Their input signatures differ. */
  readonly methods: readonly IntrospectedMethod[];
  readonly signals: readonly IntrospectedSignal[];
  readonly properties: ReadonlyMap<string, IntrospectedProperty>;
  readonly annotations: Annotations;
}

export interface IntrospectedMethod {
  readonly name: string;
  readonly in: readonly IntrospectedArgument[];
  readonly out: readonly IntrospectedArgument[];
  /** The signatures of `in` and of `out`, joined: what a message's body has. */
  readonly inSignature: string;
  readonly outSignature: string;
  readonly annotations: Annotations;
}

export interface IntrospectedSignal {
  readonly name: string;
  readonly args: readonly IntrospectedArgument[];
  readonly signature: string;
  readonly annotations: Annotations;
}

export interface IntrospectedArgument {
  /** "" where the service gives none. */
  readonly name: string;
  /** One single complete type. */
  readonly signature: string;
}

export interface IntrospectedProperty {
  readonly name: string;
  /** One single complete type. */
  readonly signature: string;
  readonly access: PropertyAccess;
  /** The annotation `org.freedesktop.DBus.Property.EmitsChangedSignal`, or its interface's, or `true`. */
  readonly emitsChanged: EmitsChanged;
  readonly annotations: Annotations;
}

export type PropertyAccess = "read" | "write" | "readwrite";

/** The words are the format's own. */
export type EmitsChanged = "true" | "invalidates" | "const" | "false";

/** By annotation name, such as `org.freedesktop.DBus.Deprecated`. */
export type Annotations = ReadonlyMap<string, string>;

/** These are the library's on nearly every object, so a member that a person means is rarely one of theirs. */
export const STANDARD_INTERFACES: ReadonlySet<string> = new Set([
  "org.freedesktop.DBus.Introspectable",
  "org.freedesktop.DBus.Peer",
  "org.freedesktop.DBus.Properties",
  "org.freedesktop.DBus.ObjectManager",
]);
