import { DBusNodeError } from "../errors";
import { interfacesWithProperties } from "../introspect/lookup";
import { getAll, getManagedObjects, type ObjectValues, type PropertyValues, READ_TIMEOUT_MS } from "./properties";
import { walkObjects } from "./walk-objects";
import type { WatchContext } from "./watch";

/** An interface's present values. */
export interface PresentProperties {
  readonly path: string;
  readonly interface: string;
  readonly values: PropertyValues;
}

/** What is to be read, and whom it is told to. */
export interface PresentQuestion extends WatchContext {
  /** The service's unique name. */
  readonly destination: string;
  /** False when the answers are of no interest any more: nothing is asked or told from then on. */
  readonly wanted: () => boolean;
  readonly found: (found: PresentProperties | DBusNodeError) => void;
}

/** How many objects below a path are looked at where the service has no object manager to ask. */
const MOST_OBJECTS = 500;

/**
 * Reads what a property watch wants to know at first, and tells it interface by interface. Which
 * objects there are is asked of the service's object manager, else of its introspection.
 */
export function presentProperties(question: PresentQuestion): void {
  const { path, pathNamespace, interface: interfaceName } = question.selection;
  if (path === "" || pathNamespace) ofNamespace(question, path || "/");
  else if (interfaceName !== "") ofInterface(question, path, interfaceName);
  else void readObjects(question, path, 1);
}

function ofInterface(question: PresentQuestion, path: string, interfaceName: string): void {
  getAll({ ...question, path }, interfaceName, (outcome) => {
    if (!question.wanted()) return;
    question.found(outcome instanceof DBusNodeError ? outcome : { path, interface: interfaceName, values: outcome });
  });
}

/** An object manager is at `/` by convention, or at the top of what it manages. */
function ofNamespace(question: PresentQuestion, namespace: string): void {
  const ask = (path: string, otherwise: () => void) => {
    getManagedObjects({ ...question, path }, (outcome) => {
      if (!question.wanted()) return;
      if (outcome instanceof DBusNodeError) otherwise();
      else tellObjects(outcome, question.found);
    });
  };
  const walk = () => void readObjects(question, namespace, MOST_OBJECTS);
  ask(namespace, () => (namespace === "/" ? walk() : ask("/", walk)));
}

function tellObjects(objects: ObjectValues, found: PresentQuestion["found"]): void {
  for (const [path, interfaces] of Object.entries(objects)) {
    for (const [name, values] of Object.entries(interfaces)) found({ path, interface: name, values });
  }
}

/** The object at `top` and those below it, at most so many. One that says nothing is told and passed over. Never rejects. */
async function readObjects(question: PresentQuestion, top: string, most: number): Promise<void> {
  const { selection, introspection, destination, wanted } = question;
  await walkObjects(top, {
    ...{ most, parallel: 1, wanted },
    introspect: (path) => introspection.introspect(destination, path, READ_TIMEOUT_MS),
    found: (path, model) => {
      for (const name of interfacesWithProperties(model)) {
        if (selection.interface === "" || selection.interface === name) ofInterface(question, path, name);
      }
    },
    failed: (_path, error) => question.found(error),
  });
}
