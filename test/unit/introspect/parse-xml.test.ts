import assert from "node:assert/strict";
import { DBusNodeError } from "../../../lib/errors";
import type { IntrospectedInterface } from "../../../lib/introspect/model";
import { MAX_XML_DEPTH, MAX_XML_LENGTH, parseIntrospection } from "../../../lib/introspect/parse-xml";
import { english } from "../../support/english";

/** The one interface of a document with this content. */
function parseInterface(content: string): IntrospectedInterface & { readonly leftOut: number } {
  const model = parseIntrospection(`<node><interface name="a.b">${content}</interface></node>`);
  const found = model.interfaces.get("a.b");
  assert.ok(found !== undefined);
  return { ...found, leftOut: model.leftOut };
}

function failure(xml: string): string {
  let told = "";
  assert.throws(
    () => parseIntrospection(xml),
    (error) => {
      assert.ok(error instanceof DBusNodeError);
      assert.equal(error.code, "DBUS_INTROSPECTION_FAILED");
      told = english(error.text);
      return true;
    },
  );
  return told;
}

describe("parseIntrospection", () => {
  it("reads methods, signals, properties, annotations and children", () => {
    const model = parseIntrospection(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
<node name="/com/example/sample">
  <interface name="com.example.Sample">
    <annotation name="org.freedesktop.DBus.Deprecated" value="true"/>
    <method name="Frobate">
      <arg name="foo" type="i" direction="in"/>
      <arg name="bar" type="as" direction="out"/>
      <arg name="baz" type="a{us}" direction="out"/>
      <annotation name="org.freedesktop.DBus.Method.NoReply" value="true"/>
    </method>
    <signal name="Changed"><arg name="new_value" type="b"/></signal>
    <property name="Bar" type="y" access="readwrite"/>
  </interface>
  <node name="child_of_sample"/>
  <node name="another/below"><interface name="not.read"/></node>
</node>
`);
    const sample = model.interfaces.get("com.example.Sample");
    assert.deepEqual([...model.interfaces.keys()], ["com.example.Sample"]);
    assert.deepEqual(sample, {
      name: "com.example.Sample",
      methods: [
        {
          name: "Frobate",
          in: [{ name: "foo", signature: "i" }],
          out: [
            { name: "bar", signature: "as" },
            { name: "baz", signature: "a{us}" },
          ],
          inSignature: "i",
          outSignature: "asa{us}",
          annotations: new Map([["org.freedesktop.DBus.Method.NoReply", "true"]]),
        },
      ],
      signals: [
        {
          name: "Changed",
          args: [{ name: "new_value", signature: "b" }],
          signature: "b",
          annotations: new Map(),
        },
      ],
      properties: new Map([
        ["Bar", { name: "Bar", signature: "y", access: "readwrite", emitsChanged: "true", annotations: new Map() }],
      ]),
      annotations: new Map([["org.freedesktop.DBus.Deprecated", "true"]]),
    });
    assert.deepEqual(model.children, ["child_of_sample", "another/below"]);
    assert.equal(model.leftOut, 0);
  });

  it("does not mind the order of attributes, as GLib writes the type first", () => {
    const one = parseInterface('<method name="M"><arg type="s" name="x" direction="out"/></method>');
    const other = parseInterface("<method name='M'><arg direction='out' name='x' type='s'/></method>");
    assert.deepEqual(one, other);
    assert.equal(one.methods[0]?.outSignature, "s");
  });

  it("takes a missing direction as in for methods and out for signals", () => {
    const { methods, signals } = parseInterface(
      '<method name="M"><arg type="s"/></method><signal name="S"><arg type="u"/></signal>',
    );
    assert.equal(methods[0]?.inSignature, "s");
    assert.deepEqual(methods[0]?.in, [{ name: "", signature: "s" }]);
    assert.equal(signals[0]?.signature, "u");
  });

  it("keeps overloads, and what is listed twice once", () => {
    const { methods } = parseInterface(
      '<method name="M"/><method name="M"><arg type="s"/></method><method name="M"><arg type="s" name="again"/></method>',
    );
    assert.deepEqual(
      methods.map(({ inSignature }) => inSignature),
      ["", "s"],
    );
  });

  it("puts an interface together that is listed in parts", () => {
    const model = parseIntrospection(
      '<node><interface name="a.b"><method name="M"/></interface><interface name="a.b"><method name="N"/></interface></node>',
    );
    assert.deepEqual(
      model.interfaces.get("a.b")?.methods.map(({ name }) => name),
      ["M", "N"],
    );
  });

  it("inherits EmitsChangedSignal from the interface, wherever that says it", () => {
    const annotation = (value: string) =>
      `<annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="${value}"/>`;
    const { properties } = parseInterface(
      `<property name="A" type="s" access="read"/>
       <property name="B" type="s" access="read">${annotation("const")}</property>
       <property name="C" type="s" access="read">${annotation("perhaps")}</property>
       ${annotation("invalidates")}`,
    );
    assert.deepEqual(
      Array.from(properties.values(), ({ emitsChanged }) => emitsChanged),
      ["invalidates", "const", "invalidates"],
    );
  });

  it("passes over documentation and unknown elements with all that is in them", () => {
    const { methods, leftOut } = parseInterface(
      `<tp:docstring xmlns:tp="http://telepathy.freedesktop.org/wiki/DbusSpec"><p>see <method name="No"/></p></tp:docstring>
       <method name="Yes"><doc:doc><arg type="s"/></doc:doc><!-- <arg type="s"/> --><![CDATA[<arg type="s"/>]]></method>`,
    );
    assert.deepEqual(
      methods.map(({ name, inSignature }) => [name, inSignature]),
      [["Yes", ""]],
    );
    assert.equal(leftOut, 0);
  });

  it("reads XML's own entities and numeric ones", () => {
    const { annotations } = parseInterface('<annotation name="doc" value="&lt;&amp;&gt;&quot;&apos;&#65;&#x1F600;"/>');
    assert.equal(annotations.get("doc"), "<&>\"'A😀");
  });

  it("takes a line break before the XML declaration, and a byte order mark", () => {
    assert.equal(parseIntrospection('\n<?xml version="1.0"?><node><node name="a"/></node>').children.length, 1);
    assert.equal(parseIntrospection('\ufeff<?xml version="1.0"?><node><node name="a"/></node>').children.length, 1);
  });
});

describe("parseIntrospection, what is not valid", () => {
  const leftOut = (content: string) => {
    const { methods, signals, properties, leftOut: count } = parseInterface(`${content}<method name="Good"/>`);
    return { names: [...methods, ...signals, ...properties.values()].map(({ name }) => name), count };
  };
  for (const [what, content] of Object.entries({
    "a method without a name": "<method/>",
    "a method with an invalid name": '<method name="not-valid"><arg type="s"/><arg type="s"/></method>',
    "a signal with an invalid name": '<signal name="1st"/>',
    "an argument without a type": '<method name="M"><arg name="x"/></method>',
    "an argument of an invalid type": '<method name="M"><arg type="s"/><arg type="a{vs}"/></method>',
    "an argument of two types": '<method name="M"><arg type="ss"/></method>',
    "an argument of another direction": '<method name="M"><arg type="s" direction="inout"/></method>',
    "more arguments than a message can have": `<method name="M">${'<arg type="s"/>'.repeat(256)}</method>`,
    "a property of an invalid type": '<property name="P" type="Z" access="read"/>',
    "a property without access": '<property name="P" type="s"/>',
    "a property with spaces": '<property name="P Q" type="s" access="read"/>',
    "an annotation without a value": '<annotation name="x"/>',
  })) {
    it(`leaves out ${what}, and counts it once`, () => {
      assert.deepEqual(leftOut(content), { names: ["Good"], count: 1 });
    });
  }

  it("leaves out interfaces and children with invalid names", () => {
    const model = parseIntrospection(`<node><interface name="nodot"><method name="M"/></interface><interface/>
      <node/><node name="/absolute"/><node name="a//b"/><node name="ä"/><node name="good"/></node>`);
    assert.equal(model.interfaces.size, 0);
    assert.deepEqual(model.children, ["good"]);
    assert.equal(model.leftOut, 6);
  });

  it("is not polluted by __proto__ and its kin", () => {
    const model = parseIntrospection(`<node __proto__="x" constructor="y"><__proto__ polluted="1"/>
      <interface name="__proto__"/><interface name="a.__proto__"><method name="__proto__"><arg name="__proto__" type="s"/></method>
      <property name="__proto__" type="s" access="read"/><annotation name="__proto__" value="{}"/></interface>
      <node name="__proto__"/></node>`);
    const found = model.interfaces.get("a.__proto__");
    assert.equal(found?.methods[0]?.in[0]?.name, "__proto__");
    assert.equal(found?.properties.get("__proto__")?.name, "__proto__");
    assert.deepEqual(model.children, ["__proto__"]);
    assert.equal(model.leftOut, 1);
    assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
    assert.equal(Object.getPrototypeOf(found?.properties), Map.prototype);
  });

  for (const [what, xml, reason] of [
    ["nothing", "", /not well-formed XML.*root element/],
    ["plain text", "hello", /not well-formed XML/],
    ["an unclosed element", '<node><interface name="a.b">', /unclosed tag: interface/],
    ["a wrong end", "<node><interface></node></interface>", /unexpected close tag/],
    ["two roots", "<node/><node/>", /only one root/],
    ["an attribute twice", '<node name="/a" name="/b"/>', /duplicate attribute/],
    ["an attribute without quotes", "<node name=x/>", /unquoted attribute/],
    ["a NUL", "<node>\0</node>", /disallowed character/],
    ["another root", "<html/>", /begins with <node>, got <html>/],
    ["an entity of the document's own", '<!DOCTYPE node [<!ENTITY e "x">]><node name="&e;"/>', /undefined entity/],
    [
      "an external entity",
      '<!DOCTYPE node [<!ENTITY e SYSTEM "file:///etc/hostname">]><node>&e;</node>',
      /undefined en/,
    ],
  ] as const) {
    it(`refuses ${what}, and says why`, () => {
      assert.match(failure(xml), reason);
    });
  }

  it("refuses what is too large or too deep", () => {
    assert.match(failure(`<node>${" ".repeat(MAX_XML_LENGTH)}</node>`), /1048589 characters, at most 1048576/);
    const nested = (depth: number) => `<node>${"<x>".repeat(depth - 1)}${"</x>".repeat(depth - 1)}</node>`;
    assert.equal(parseIntrospection(nested(MAX_XML_DEPTH)).leftOut, 0);
    assert.match(failure(nested(MAX_XML_DEPTH + 1)), /deeper than 64 levels/);
  });

  it("quotes little of the document in an error", () => {
    assert.ok(failure(`<${"x".repeat(1_000_000)}/>`).length < 400);
    assert.ok(failure(`<node></${"x".repeat(1_000_000)}></node>`).length < 400);
  });
});
