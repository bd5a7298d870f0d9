import assert from "node:assert/strict";
import { type DescribedObject, describeObject } from "../../../lib/client/describe-object";
import type { PropertyEntry } from "../../../lib/shared/admin";
import { failure } from "../../support/raw-peer";
import { nodeXml, type Tree } from "../../support/tree-service";
import { treeSuite } from "../../support/tree-suite";

const NAME = "com.example.Described";
const DEPRECATED = '<annotation name="org.freedesktop.DBus.Deprecated" value="true"/>';
const EMITS = "org.freedesktop.DBus.Property.EmitsChangedSignal";

describe("describing an object", () => {
  const suite = treeSuite(NAME);

  const describeIt = async (tree: Tree, timeoutMs = 3_000): Promise<DescribedObject> => {
    await suite.serve(tree);
    return await describeObject(suite.lease, NAME, "/a", timeoutMs);
  };
  /** The properties of an object with the one interface `com.example.A`. */
  const propertiesOf = async (inner: string, values?: Record<string, unknown>): Promise<readonly PropertyEntry[]> => {
    const { interfaces } = await describeIt({
      xml: () => nodeXml({ "com.example.A": inner }),
      ...(values === undefined ? {} : { properties: () => values }),
    });
    return interfaces[0]?.properties ?? [];
  };
  const property = (name: string, type: string, access = "read") =>
    `<property name="${name}" type="${type}" access="${access}"/>`;

  it("tells methods, properties and signals, the standard interfaces last", async () => {
    const inner = [
      `<method name="Add"><arg name="one" type="i"/><arg type="i"/><arg name="sum" type="x" direction="out"/></method>`,
      `<method name="Old">${DEPRECATED}</method>`,
      `<signal name="Added"><arg name="sum" type="x"/></signal>`,
      `<signal name="Gone">${DEPRECATED}</signal>`,
      `<property name="Level" type="u" access="readwrite"><annotation name="${EMITS}" value="invalidates"/></property>`,
      `<property name="Secret" type="s" access="write">${DEPRECATED}</property>`,
    ].join("");
    const described = await describeIt({
      xml: () => nodeXml({ "org.freedesktop.DBus.Peer": "", "com.example.A": inner, "com.example.Old": DEPRECATED }),
      properties: () => ({ Level: 7, Secret: "hidden", Unknown: 1 }),
    });
    const none = { methods: [], properties: [], signals: [] };
    assert.deepEqual(described, {
      leftOut: 0,
      interfaces: [
        {
          ...{ name: "com.example.A", standard: false, deprecated: false },
          methods: [
            {
              name: "Add",
              in: [
                { name: "one", signature: "i" },
                { name: "", signature: "i" },
              ],
              out: [{ name: "sum", signature: "x" }],
              deprecated: false,
            },
            { name: "Old", in: [], out: [], deprecated: true },
          ],
          properties: [
            {
              ...{ name: "Level", signature: "u", access: "readwrite", emitsChanged: "invalidates", deprecated: false },
              value: "7",
            },
            {
              ...{ name: "Secret", signature: "s", access: "write", emitsChanged: "true", deprecated: true },
              value: '"hidden"',
            },
          ],
          signals: [
            { name: "Added", args: [{ name: "sum", signature: "x" }], deprecated: false },
            { name: "Gone", args: [], deprecated: true },
          ],
        },
        { name: "com.example.Old", standard: false, deprecated: true, ...none },
        { name: "org.freedesktop.DBus.Peer", standard: true, deprecated: false, ...none },
      ],
    });
    assert.deepEqual(suite.service.asked, ["Introspect /a", "GetAll /a"]);
  });

  it("asks anew each time, and tells the nodes what it has learnt", async () => {
    let inner = "";
    await suite.serve({ xml: () => nodeXml({ "com.example.A": inner }) });
    await describeObject(suite.lease, NAME, "/a", 3_000);
    inner = `<method name="New"/>`;
    const { interfaces } = await describeObject(suite.lease, NAME, "/a", 3_000);
    assert.equal(interfaces[0]?.methods[0]?.name, "New");
    const known = await suite.lease.introspection.introspect(NAME, "/a");
    assert.equal(known.interfaces.get("com.example.A")?.methods[0]?.name, "New");
    assert.equal(suite.service.asked.length, 2);
  });

  it("shows values as JSON, and the beginning of a long one", async () => {
    const values = {
      List: { signature: "as", value: ["a", "<b>"] },
      Bytes: { signature: "ay", value: Buffer.from([1, 2]) },
      Dict: { signature: "a{sv}", value: { __proto__x: 1, constructor: true } },
      Big: { signature: "t", value: "18446744073709551615" },
      Number: { signature: "d", value: Number.NaN },
      Long: "x".repeat(1 << 20),
      Many: { signature: "ai", value: Array.from({ length: 1 << 20 }, (_, index) => index) },
    };
    const inner = Object.entries({
      List: "as",
      Bytes: "ay",
      Dict: "a{sv}",
      Big: "t",
      Number: "d",
      Long: "s",
      Many: "ai",
    });
    const shown = await propertiesOf(inner.map(([name, type]) => property(name, type)).join(""), values);
    const [list, bytes, dict, big, number, long, many] = shown.map(({ value }) => value);
    assert.deepEqual(
      [list, bytes, dict, big, number],
      ['["a","<b>"]', "[1,2]", '{"__proto__x":1,"constructor":true}', '"18446744073709551615"', "NaN"],
    );
    for (const text of [long, many]) {
      assert.equal(text?.length, 1_001);
      assert.ok(text.endsWith("…"));
    }
  });

  it("leaves out the values that cannot be read", async () => {
    const inner = property("Level", "u");
    assert.deepEqual(await propertiesOf(inner), [
      { name: "Level", signature: "u", access: "read", emitsChanged: "true", deprecated: false },
    ]);
    await suite.serve({
      xml: () => nodeXml({ "com.example.A": inner, "com.example.B": inner }),
      properties: (_path, name) => (name === "com.example.A" ? { Level: 1 } : undefined),
    });
    const { interfaces } = await describeObject(suite.lease, NAME, "/a", 3_000);
    assert.deepEqual(
      interfaces.map(({ properties }) => properties[0]?.value),
      ["1", undefined],
    );
  });

  it("waits for no values that do not come", async () => {
    await suite.serve({
      xml: () => nodeXml({ "com.example.A": property("Level", "u") }),
      properties: () => "silent",
    });
    const { interfaces } = await describeObject(suite.lease, NAME, "/a", 1_500);
    assert.equal(interfaces[0]?.properties[0]?.value, undefined);
  });

  it("leaves out names that are none, with their number", async () => {
    const inner = `<method name="&lt;img src=x onerror=alert(1)&gt;"/><method name="Good"/>${property("P", "not a type")}`;
    const { interfaces, leftOut } = await describeIt({
      xml: () => nodeXml({ "com.example.A": inner, "&lt;script&gt;": "" }),
    });
    assert.deepEqual(
      interfaces.map(({ name, methods }) => [name, methods.map((method) => method.name)]),
      [["com.example.A", ["Good"]]],
    );
    assert.equal(leftOut, 3);
  });

  it("says why there is nothing to tell", async () => {
    await suite.serve({ xml: () => "silent" });
    assert.equal((await failure(describeObject(suite.lease, NAME, "/a", 100))).code, "DBUS_TIMEOUT");
    assert.equal(
      (await failure(describeObject(suite.lease, "com.example.Nobody", "/a", 100))).code,
      "DBUS_NAME_NOT_FOUND",
    );
  });
});
