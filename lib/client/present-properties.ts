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
  else void walkObjects(question, path, 1);
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
  const walk = () => void walkObjects(question, namespace, MOST_OBJECTS);
  ask(namespace, () => (namespace === "/" ? walk() : ask("/", walk)));
}

function tellObjects(objects: ObjectValues, found: PresentQuestion["found"]): void {
  for (const [path, interfaces] of Object.entries(objects)) {
    for (const [name, values] of Object.entries(interfaces)) found({ path, interface: name, values });
  }
}

/** The object at `top` and those below it, at most so many. One that says nothing is told and passed over. Never rejects. */
async function walkObjects(question: PresentQuestion, top: string, most: number): Promise<void> {
  const { selection, introspection, destination } = question;
  const paths = [top];
  for (const path of paths) {
    try {
      const model = await introspection.introspect(destination, path, READ_TIMEOUT_MS);
      if (!question.wanted()) return;
      for (const name of interfacesWithProperties(model)) {
        if (selection.interface === "" || selection.interface === name) ofInterface(question, path, name);
      }
      for (const child of model.children) {
        if (paths.length < most) paths.push(path === "/" ? `/${child}` : `${path}/${child}`);
      }
    } catch (error) {
      if (!question.wanted()) return;
      question.found(asNodeError(error));
    }
  }
}
