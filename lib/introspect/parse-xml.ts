import { SaxesParser } from "saxes";
import { DBusNodeError } from "../errors";
import { type Text, text } from "../shared/text";
import type { IntrospectedObject } from "./model";
import { ModelBuilder } from "./model-builder";

/** Characters. The largest known document (systemd's manager) has some 100,000. */
export const MAX_XML_LENGTH = 1 << 20;
/** The format itself nests five elements; documentation inside it some more. */
export const MAX_XML_DEPTH = 64;
/** A parser's complaint may quote the document. */
const MAX_REASON_LENGTH = 120;

/**
 * Parses the answer of `org.freedesktop.DBus.Introspectable.Introspect`. What a peer's XML holds is
 * not to be trusted: invalid names and signatures are left out and counted (`leftOut`), so one bad
 * member costs no other. Throws DBusNodeError DBUS_INTROSPECTION_FAILED where the document as a whole
 * is too large, too deep, not well-formed or not a `<node>`.
 *
 * The parser is saxes, not the fast-xml-parser that dbus-next brings along. Of 36 hostile documents of
 * about a mebibyte the worst took saxes 0.1 s to read to the end (0.24 s with 350,000 open elements,
 * which the limit on depth prevents), and it can be stopped at the first fault. The other took up to
 * 0.36 s with its validator; without it, it accepts unclosed elements. It accepts a second root and
 * stray text, expands entities that the document declares, and refuses a document for the word
 * `__proto__`. saxes reads past a DOCTYPE: nothing is fetched, and an entity other than XML's five and
 * the numeric ones is a fault.
 */
export function parseIntrospection(xml: string): IntrospectedObject {
  if (xml.length > MAX_XML_LENGTH) {
    throw failed(text("errors.introspection-too-large", { size: xml.length, most: MAX_XML_LENGTH }));
  }
  const builder = new ModelBuilder();
  const parser = new SaxesParser();
  let depth = 0;
  // saxes goes on after a fault, and calls this for each: throwing ends it at the first.
  parser.on("error", (error) => {
    throw failed(text("errors.introspection-broken", { reason: error.message.slice(0, MAX_REASON_LENGTH) }), error);
  });
  parser.on("opentag", ({ name, attributes }) => {
    depth++;
    if (depth > MAX_XML_DEPTH) throw failed(text("errors.introspection-too-deep", { most: MAX_XML_DEPTH }));
    if (depth === 1 && name !== "node") {
      throw failed(text("errors.introspection-not-node", { element: name.slice(0, MAX_REASON_LENGTH) }));
    }
    builder.open(name, attributes);
  });
  parser.on("closetag", () => {
    depth--;
    builder.close();
  });
  // Some services begin with a line break, which XML forbids before `<?xml`.
  parser.write(xml.trimStart()).close();
  return builder.finish();
}

function failed(why: Text, cause?: unknown): DBusNodeError {
  return new DBusNodeError("DBUS_INTROSPECTION_FAILED", why, { cause });
}
