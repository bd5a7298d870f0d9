import { introspectionXml } from "../shared/introspection-xml";
import { setOwn } from "../values/containers";
import { machineId } from "./machine-id";
import type { ObjectTree } from "./object-tree";
import { checkWrite, getAllProperties, getProperty, type Variant, type WrittenProperty } from "./property-calls";
import * as standard from "./standard-interfaces";

/** What a standard method is answered with. */
export interface Answer {
  readonly signature: string;
  readonly body: readonly unknown[];
  /** A property that the call has written, to be stored and announced. */
  readonly written?: WrittenProperty;
}

type StandardMethod = (tree: ObjectTree, path: string, args: readonly unknown[]) => Answer;

/** The standard methods by interface and member, with the signature of their arguments. Each may throw PeerError. */
export const STANDARD_METHODS: ReadonlyMap<string, { readonly signature: string; readonly run: StandardMethod }> =
  new Map([
    [`${standard.PEER}.Ping`, { signature: "", run: () => ({ signature: "", body: [] }) }],
    [`${standard.PEER}.GetMachineId`, { signature: "", run: () => ({ signature: "s", body: [machineId()] }) }],
    [`${standard.INTROSPECTABLE}.Introspect`, { signature: "", run: introspect }],
    [`${standard.PROPERTIES}.Get`, { signature: "ss", run: get }],
    [`${standard.PROPERTIES}.GetAll`, { signature: "s", run: getAll }],
    [`${standard.PROPERTIES}.Set`, { signature: "ssv", run: set }],
    [`${standard.OBJECT_MANAGER}.GetManagedObjects`, { signature: "", run: managedObjects }],
  ]);

/** An object's own interfaces and the standard ones; on the way to objects the standard ones only. */
function introspect(tree: ObjectTree, path: string): Answer {
  const own = [...(tree.interfacesAt(path)?.values() ?? [])].map(({ definition }) => definition);
  const shared = own.length > 0 ? [standard.properties] : [];
  const manager = path === "/" ? [standard.objectManager] : [];
  const interfaces = [...own, standard.introspectable, standard.peer, ...shared, ...manager];
  return { signature: "s", body: [introspectionXml(interfaces, tree.childrenOf(path))] };
}

function get(tree: ObjectTree, path: string, args: readonly unknown[]): Answer {
  const [interfaceName, name] = args as [string, string];
  return { signature: "v", body: [getProperty(interfacesAt(tree, path), interfaceName, name)] };
}

function getAll(tree: ObjectTree, path: string, args: readonly unknown[]): Answer {
  const [interfaceName] = args as [string];
  return { signature: "a{sv}", body: [getAllProperties(interfacesAt(tree, path), interfaceName)] };
}

function set(tree: ObjectTree, path: string, args: readonly unknown[]): Answer {
  const [interfaceName, name, value] = args as [string, string, unknown];
  return { signature: "", body: [], written: checkWrite(interfacesAt(tree, path), interfaceName, name, value) };
}

function managedObjects(tree: ObjectTree): Answer {
  const objects: Record<string, Record<string, Record<string, Variant>>> = {};
  for (const [path, interfaces] of tree.objects) {
    if (!standard.isManaged(path)) continue;
    const found: Record<string, Record<string, Variant>> = {};
    for (const name of interfaces.keys()) setOwn(found, name, getAllProperties(interfaces, name));
    objects[path] = found;
  }
  return { signature: "a{oa{sa{sv}}}", body: [objects] };
}

function interfacesAt(tree: ObjectTree, path: string) {
  return tree.interfacesAt(path) ?? new Map();
}
