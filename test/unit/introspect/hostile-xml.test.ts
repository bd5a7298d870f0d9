import assert from "node:assert/strict";
import { DBusNodeError } from "../../../lib/errors";
import { MAX_XML_LENGTH, parseIntrospection } from "../../../lib/introspect/parse-xml";
import { withinProcessorTime } from "../../support/processor-time";

/** `before`, as many of `piece` as fit, `after`: as large as may be. */
function full(before: string, piece: string | ((index: number) => string), after: string): string {
  const room = MAX_XML_LENGTH - before.length - after.length;
  const pieces: string[] = [];
  for (let index = 0, length = 0; ; index++) {
    const next = typeof piece === "string" ? piece : piece(index);
    length += next.length;
    if (length > room) return before + pieces.join("") + after;
    pieces.push(next);
  }
}

const IN = '<node><interface name="a.b">';
const OUT = "</interface></node>";

const HOSTILE: Readonly<Record<string, string>> = {
  "methods of different names": full(IN, (i) => `<method name="M${i}"><arg type="s"/></method>`, OUT),
  "overloads of one method": full(IN, (i) => `<method name="M"><arg type="${"a".repeat(i % 32)}s"/></method>`, OUT),
  "arguments of one method": full(`${IN}<method name="M">`, '<arg type="s"/>', `</method>${OUT}`),
  "properties of deep types": full(
    IN,
    (i) => `<property name="P${i}" access="read" type="${"(".repeat(32)}s${")".repeat(32)}"/>`,
    OUT,
  ),
  annotations: full(IN, (i) => `<annotation name="a${i}" value="b"/>`, OUT),
  interfaces: full("<node>", (i) => `<interface name="a.b${i}"/>`, "</node>"),
  "one interface in many parts": full("<node>", '<interface name="a.b"/>', "</node>"),
  children: full("<node>", (i) => `<node name="n${i}"/>`, "</node>"),
  "a long child path": full('<node><node name="a', "/a", '"/></node>'),
  "a long interface name": full('<node><interface name="a', ".a", '"/></node>'),
  "a long type": full(`${IN}<property name="P" access="read" type="`, "(", `"/>${OUT}`),
  "different attributes": full("<node ", (i) => `a${i}="" `, "/>"),
  "an attribute repeated": full("<node ", 'a="" ', "/>"),
  "an open attribute": full('<node a="', "x", ""),
  "open elements": full("<node>", "<node>", ""),
  "open brackets": full("<node>", "<", ""),
  "stray ends": full("<node>", "</a>", ""),
  "open comments": full("<node>", "<!--", ""),
  "open CDATA": full("<node>", "<![CDATA[", ""),
  "open instructions": full("<node>", "<?x ", ""),
  "CDATA ends": full("<node>", "]]", "</node>"),
  ampersands: full('<node a="', "&", '"/>'),
  entities: full('<node a="', "&amp;", '"/>'),
  "one long numeric entity": full('<node a="&#', "0", ';"/>'),
  "entity declarations": full("<!DOCTYPE node [", '<!ENTITY a "b">', "]><node/>"),
  "an open DOCTYPE": full("<!DOCTYPE node [", "[", ""),
  "spaces within an element": full("<node", " ", "/>"),
  "line ends": full("<node>", "\r\n", "</node>"),
  "half surrogate pairs": full("<node>", "\ud800", "</node>"),
};

describe("parseIntrospection, hostile documents of a mebibyte", () => {
  for (const [what, xml] of Object.entries(HOSTILE)) {
    it(`is done with ${what} in bounded time`, () => {
      assert.ok(xml.length > MAX_XML_LENGTH - 200 && xml.length <= MAX_XML_LENGTH);
      withinProcessorTime(5_000, () => {
        try {
          parseIntrospection(xml);
        } catch (error) {
          assert.ok(error instanceof DBusNodeError && error.code === "DBUS_INTROSPECTION_FAILED", String(error));
        }
      });
    });
  }
});
