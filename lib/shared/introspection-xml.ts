import type {
  ArgumentDefinition,
  InterfaceDefinition,
  MethodDefinition,
  PropertyDefinition,
  SignalDefinition,
} from "./interface-definition";

/** The document type that the specification gives ("Introspection Data Format"). */
const DOCTYPE = `<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">`;

const EMITS_CHANGED_ANNOTATION = "org.freedesktop.DBus.Property.EmitsChangedSignal";

/** What Introspect answers for an object: its interfaces, and the relative names of the objects below it. */
export function introspectionXml(interfaces: readonly InterfaceDefinition[], children: readonly string[]): string {
  const lines = [
    DOCTYPE,
    "<node>",
    ...interfaces.flatMap((definition) => interfaceLines(definition)),
    ...children.map((name) => `  <node name="${escapeXml(name)}"/>`),
    "</node>",
  ];
  return `${lines.join("\n")}\n`;
}

function interfaceLines({ name, methods, signals, properties }: InterfaceDefinition): string[] {
  return [
    `  <interface name="${escapeXml(name)}">`,
    ...methods.flatMap(methodLines),
    ...signals.flatMap(signalLines),
    ...properties.flatMap(propertyLines),
    "  </interface>",
  ];
}

function methodLines(method: MethodDefinition): string[] {
  const args = [...method.in.map((arg) => argument(arg, "in")), ...method.out.map((arg) => argument(arg, "out"))];
  return element(`method name="${escapeXml(method.name)}"`, "method", args);
}

function signalLines(signal: SignalDefinition): string[] {
  return element(
    `signal name="${escapeXml(signal.name)}"`,
    "signal",
    signal.args.map((arg) => argument(arg)),
  );
}

function propertyLines({ name, signature, access, emitsChanged }: PropertyDefinition): string[] {
  const start = `property name="${escapeXml(name)}" type="${escapeXml(signature)}" access="${access}"`;
  // "true" is what is meant where nothing is said.
  if (emitsChanged === "true") return element(start, "property", []);
  return element(start, "property", [`<annotation name="${EMITS_CHANGED_ANNOTATION}" value="${emitsChanged}"/>`]);
}

function argument({ name, signature }: ArgumentDefinition, direction?: "in" | "out"): string {
  const named = name === "" ? "" : ` name="${escapeXml(name)}"`;
  return `<arg${named} type="${escapeXml(signature)}"${direction === undefined ? "" : ` direction="${direction}"`}/>`;
}

function element(start: string, name: string, children: readonly string[]): string[] {
  if (children.length === 0) return [`    <${start}/>`];
  return [`    <${start}>`, ...children.map((child) => `      ${child}`), `    </${name}>`];
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
