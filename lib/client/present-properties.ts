import { asNodeError, DBusNodeError } from "../errors";
import { interfacesWithProperties } from "../introspect/lookup";
import { getAll, getManagedObjects, type ObjectValues, type PropertyValues, READ_TIMEOUT_MS } from "./properties";
import type { WatchContext } from "./watch";

/** An interface's present values. */
export interface PresentProperties {
  readonly path: string;
  readonly interface: string;
  readonly values: PropertyValues;
}

/** How many objects below a path are looked at where the service has no object manager to ask. */
const MOST_OBJECTS = 500;

type Found = (found: PresentProperties | DBusNodeError) => void;

/**
 * Reads what a property watch wants to know at first, and tells it interface by interface. Which
 * objects there are is asked of the service's object manager, else of its introspection.
 */
export function presentProperties(context: WatchContext, destination: string, found: Found): void {
  const { selection } = context;
  if (selection.path === "" || selection.pathNamespace) {
    ofNamespace(context, destination, selection.path || "/", found);
  } else if (selection.interface !== "") {
    ofInterface(context, destination, selection.path, selection.interface, found);
  } else {
    ofObject(context, destination, selection.path, found).catch((error) => found(asNodeError(error)));
  }
}

function ofInterface(
  context: WatchContext,
  destination: string,
  path: string,
  interfaceName: string,
  found: Found,
): void {
  getAll({ ...context, destination, path }, interfaceName, (outcome) => {
    found(outcome instanceof DBusNodeError ? outcome : { path, interface: interfaceName, values: outcome });
  });
}

async function ofObject(
  context: WatchContext,
  destination: string,
  path: string,
  found: Found,
): Promise<readonly string[]> {
  const model = await context.introspection.introspect(destination, path, READ_TIMEOUT_MS);
  const wanted = context.selection.interface;
  for (const name of interfacesWithProperties(model)) {
    if (wanted === "" || wanted === name) ofInterface(context, destination, path, name, found);
  }
  return model.children;
}

/** An object manager is at `/` by convention, or at the top of what it manages. */
function ofNamespace(context: WatchContext, destination: string, namespace: string, found: Found): void {
  const ask = (path: string, otherwise: () => void) => {
    getManagedObjects({ ...context, destination, path }, (outcome) => {
      if (outcome instanceof DBusNodeError) otherwise();
      else tellObjects(outcome, found);
    });
  };
  const walk = () => {
    walkObjects(context, destination, namespace, found).catch((error) => found(asNodeError(error)));
  };
  ask(namespace, () => (namespace === "/" ? walk() : ask("/", walk)));
}

function tellObjects(objects: ObjectValues, found: Found): void {
  for (const [path, interfaces] of Object.entries(objects)) {
    for (const [name, values] of Object.entries(interfaces)) found({ path, interface: name, values });
  }
}

async function walkObjects(context: WatchContext, destination: string, top: string, found: Found): Promise<void> {
  const paths = [top];
  for (const path of paths) {
    for (const child of await ofObject(context, destination, path, found)) {
      if (paths.length < MOST_OBJECTS) paths.push(path === "/" ? `/${child}` : `${path}/${child}`);
    }
  }
}
