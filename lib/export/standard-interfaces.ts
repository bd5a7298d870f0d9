import type { ArgumentDefinition, InterfaceDefinition, MethodDefinition } from "../shared/interface-definition";

/** "Standard Interfaces": what every exported object answers to, as its introspection lists it. */

export const PEER = "org.freedesktop.DBus.Peer";
export const INTROSPECTABLE = "org.freedesktop.DBus.Introspectable";
export const PROPERTIES = "org.freedesktop.DBus.Properties";
export const OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager";

function args(...pairs: readonly (readonly [name: string, signature: string])[]): readonly ArgumentDefinition[] {
  return pairs.map(([name, signature]) => ({ name, signature }));
}

function method(
  name: string,
  input: readonly ArgumentDefinition[],
  output: readonly ArgumentDefinition[],
): MethodDefinition {
  return { name, in: input, out: output, timeout: 0 };
}

export const peer: InterfaceDefinition = {
  name: PEER,
  methods: [method("Ping", [], []), method("GetMachineId", [], args(["machine_uuid", "s"]))],
  signals: [],
  properties: [],
};

export const introspectable: InterfaceDefinition = {
  name: INTROSPECTABLE,
  methods: [method("Introspect", [], args(["xml_data", "s"]))],
  signals: [],
  properties: [],
};

export const properties: InterfaceDefinition = {
  name: PROPERTIES,
  methods: [
    method("Get", args(["interface_name", "s"], ["property_name", "s"]), args(["value", "v"])),
    method("GetAll", args(["interface_name", "s"]), args(["properties", "a{sv}"])),
    method("Set", args(["interface_name", "s"], ["property_name", "s"], ["value", "v"]), []),
  ],
  signals: [
    {
      name: "PropertiesChanged",
      args: args(["interface_name", "s"], ["changed_properties", "a{sv}"], ["invalidated_properties", "as"]),
    },
  ],
  properties: [],
};

export const objectManager: InterfaceDefinition = {
  name: OBJECT_MANAGER,
  methods: [method("GetManagedObjects", [], args(["objects", "a{oa{sa{sv}}}"]))],
  signals: [
    { name: "InterfacesAdded", args: args(["object_path", "o"], ["interfaces", "a{sa{sv}}"]) },
    { name: "InterfacesRemoved", args: args(["object_path", "o"], ["interfaces", "as"]) },
  ],
  properties: [],
};

/** What an object answers to beside its own; the object manager is at `/` alone. */
export const STANDARD_DEFINITIONS = [peer, introspectable, properties, objectManager] as const;

/**
 * Whether the object manager at `/` tells of an object. "Standard Interfaces: ObjectManager": the objects
 * below the manager's own path, so not one at `/` itself. sd-bus leaves its own path out too, and GDBus's
 * client warns of a path that is not below.
 */
export function isManaged(path: string): boolean {
  return path !== "/";
}
