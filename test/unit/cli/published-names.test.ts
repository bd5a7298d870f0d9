import assert from "node:assert/strict";
import { publishedNames } from "../../../cli/published-names";
import { english } from "../../support/english";

const publish = (fields: object) => ({
  id: "p",
  type: "dbus-publish",
  z: "t",
  bus: "system",
  action: "export",
  ...fields,
});
const names = (flows: unknown) => publishedNames(flows)?.names.map(({ name }) => name);

describe("publishedNames", () => {
  it("takes each name once, with what its nodes export under it", () => {
    const lamp = publish({ busName: "com.example.A", interface: "com.example.Lamp" });
    const dimmer = publish({
      busName: " com.example.A ",
      interface: "com.example.Dimmer",
      properties: [{ name: "Level", signature: "u", access: "readwrite" }],
    });
    const other = publish({ busName: "com.example.B", properties: [{ name: "On", signature: "b", access: "read" }] });
    assert.deepEqual(publishedNames([lamp, dimmer, other, lamp]), {
      names: [
        { name: "com.example.A", interfaces: ["com.example.Lamp", "com.example.Dimmer"], writable: true },
        { name: "com.example.B", interfaces: [], writable: false },
      ],
      skipped: [],
    });
  });

  it("takes of a node that emits signals its name alone, whatever it exported before", () => {
    const rows = { properties: [{ name: "On", signature: "b", access: "readwrite" }], interface: "com.example.Lamp" };
    assert.deepEqual(publishedNames([publish({ ...rows, action: "signal", busName: "com.example.A" })])?.names, [
      { name: "com.example.A", interfaces: [], writable: false },
    ]);
    assert.deepEqual(names([publish({ action: "signal", busName: "com.example.A" })]), ["com.example.A"]);
  });

  it("leaves out what is not published, and not on the system bus", () => {
    const busName = "com.example.A";
    assert.deepEqual(
      names([
        publish({ busName, bus: "session" }),
        publish({ busName, bus: "address", address: "unix:path=/x" }),
        publish({ busName: "" }),
        publish({}),
        publish({ busName: 5 }),
        publish({ busName, action: "reply" }),
        publish({ busName, type: "dbus-call" }),
        publish({ busName, d: true }),
        publish({ busName, z: "off" }),
        { id: "off", type: "tab", disabled: true },
      ]),
      [],
    );
  });

  it("says which names it could not take", () => {
    const found = publishedNames([publish({ busName: "$" + "{NAME}" }), publish({ busName: "org.freedesktop.DBus" })]);
    assert.deepEqual(found?.names, []);
    const [variable, invalid] = (found?.skipped ?? []).map(english);
    assert.match(variable ?? "", /environment variable of Node-RED's: give its value with --name/);
    assert.match(invalid ?? "", /the node p is left out: org\.freedesktop\.DBus is the bus's own name/);
  });

  it("reads every form of a flow file", () => {
    const node = publish({ busName: "com.example.A" });
    assert.deepEqual(names([null, 5, "x", [], node]), ["com.example.A"]);
    assert.deepEqual(names({ rev: "1", flows: [node] }), ["com.example.A"]);
    for (const other of [undefined, null, 5, "x", {}, { flows: {} }]) assert.equal(names(other), undefined);
  });
});
