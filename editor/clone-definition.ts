import {
  DEFAULT_METHOD_TIMEOUT,
  EMITS_CHANGED,
  type InterfaceDefinition,
  PROPERTY_ACCESS,
} from "../lib/shared/interface-definition";
import { type Text, text } from "../lib/shared/text";

/** What introspection XML defines; `path` is "" where it names none. */
export type Introspection =
  | { readonly path: string; readonly interfaces: readonly InterfaceDefinition[] }
  | { readonly problem: Text };

const MAX_CHARACTERS = 1_000_000;
/** What every object has already. */
const STANDARD = /^org\.freedesktop\.DBus\./;
const EMITS_CHANGED_ANNOTATION = "org.freedesktop.DBus.Property.EmitsChangedSignal";

/**
 * Reads pasted introspection XML ("Introspection Data Format"). Attributes may stand in any order, and
 * what the format does not know is passed over. A document that declares entities is refused before
 * anything is parsed. Names and types are taken as they stand; the checks of the rows judge them.
 */
export function readIntrospection(xml: string): Introspection {
  if (xml.length > MAX_CHARACTERS) {
    return { problem: text("clone.too-long", { length: xml.length, most: MAX_CHARACTERS }) };
  }
  if (/<!ENTITY|<!DOCTYPE[^>]*\[/i.test(xml)) return { problem: text("clone.entities") };
  const parsed = new DOMParser().parseFromString(xml.trim(), "application/xml");
  const fault = parsed.getElementsByTagName("parsererror")[0];
  if (fault !== undefined) return { problem: text("clone.broken", { reason: reasonOf(fault) }) };
  const root = parsed.documentElement;
  if (root.tagName !== "node") return { problem: text("clone.not-node", { element: root.tagName.slice(0, 100) }) };
  const interfaces = Array.from(root.getElementsByTagName("interface"), readInterface);
  const own = interfaces.filter(({ name }) => !STANDARD.test(name));
  if (own.length === 0) return { problem: text("clone.no-interface") };
  const path = attribute(root, "name");
  return { path: path.startsWith("/") ? path : "", interfaces: own };
}

function readInterface(element: Element): InterfaceDefinition {
  const emitsChanged = annotation(element, EMITS_CHANGED_ANNOTATION);
  return {
    name: attribute(element, "name"),
    properties: children(element, "property").map((property) => ({
      name: attribute(property, "name"),
      signature: attribute(property, "type"),
      access: oneOf(PROPERTY_ACCESS, attribute(property, "access")) ?? "read",
      value: "",
      // The interface's own annotation is for those of its properties that have none.
      emitsChanged: oneOf(EMITS_CHANGED, annotation(property, EMITS_CHANGED_ANNOTATION) ?? emitsChanged) ?? "true",
    })),
    methods: children(element, "method").map((method) => ({
      name: attribute(method, "name"),
      in: readArguments(method, (direction) => direction !== "out"),
      out: readArguments(method, (direction) => direction === "out"),
      timeout: DEFAULT_METHOD_TIMEOUT,
    })),
    signals: children(element, "signal").map((signal) => ({
      name: attribute(signal, "name"),
      args: readArguments(signal, () => true),
    })),
  };
}

function readArguments(member: Element, wanted: (direction: string) => boolean) {
  return children(member, "arg")
    .filter((arg) => wanted(attribute(arg, "direction")))
    .map((arg) => ({ name: attribute(arg, "name"), signature: attribute(arg, "type") }));
}

function children(element: Element, name: string): readonly Element[] {
  return Array.from(element.children).filter((child) => child.tagName === name);
}

function attribute(element: Element, name: string): string {
  return element.getAttribute(name) ?? "";
}

function annotation(element: Element, name: string): string | undefined {
  const found = children(element, "annotation").find((child) => attribute(child, "name") === name);
  return found && attribute(found, "value");
}

function oneOf<Word extends string>(words: readonly Word[], given: string | undefined): Word | undefined {
  return words.find((word) => word === given);
}

/** The browser's own words. Chromium leads and ends them with a heading each. */
function reasonOf(fault: Element): string {
  return (fault.getElementsByTagName("div")[0] ?? fault).textContent.trim().slice(0, 300);
}
