import assert from "node:assert/strict";
import { fromArguments } from "../../lib/values/arguments";
import { busctl, dbusSend, gdbus, run } from "../support/busctl";
import { definition, type Exporting, method, NAME, PATH, property, startExporting } from "../support/export-bus";
import { PYTHON } from "../support/peer";
import { type PrivateBus, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";

/** Signature, as busctl takes and prints it, as gdbus does. */
const VALUES: readonly (readonly [signature: string, busctl: string, gdbus: string])[] = [
  ["y", "255", "0xff"],
  ["b", "true", "true"],
  ["n", "-32768", "-32768"],
  ["q", "65535", "65535"],
  ["i", "-2147483648", "-2147483648"],
  ["u", "4294967295", "4294967295"],
  ["x", "-9223372036854775808", "-9223372036854775808"],
  ["t", "18446744073709551615", "18446744073709551615"],
  ["d", "0.5", "0.5"],
  ["s", '"a b"', "'a b'"],
  ["o", '"/a/b"', "'/a/b'"],
  ["g", '"a{sv}"', "'a{sv}'"],
  ["ay", "3 0 1 255", "[0x00, 0x01, 0xff]"],
  ["as", '2 "a" "b"', "['a', 'b']"],
  ["(is)", '7 "x"', "(7, 'x')"],
  ["a{sai}", '1 "k" 2 1 2', "{'k': [1, 2]}"],
  ["a(ia{sv})", '1 7 1 "k" s "v"', "[(7, {'k': <'v'>})]"],
  ["v", 's "inside"', "<'inside'>"],
];
const words = (source: string) => (source.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));

describe("an exported object, worked by other implementations", () => {
  watchProcess();
  let bus: PrivateBus;
  let exporting: Exporting;
  const echoes = VALUES.map(([signature], index) => method(`Echo${index}`, [signature], [signature]));
  const values = VALUES.map(([signature], index) => property(`Value${index}`, signature, undefined));

  before(async () => {
    bus = await startBus({ type: "session" });
    exporting = await startExporting(bus);
    exporting.answer(({ body }) => fromArguments(body));
    const methods = [...echoes, method("Swap", ["s", "i"], ["s", "i"]), method("Nothing", [], [])];
    exporting.exporter.export(PATH, definition({ methods, properties: values }), exporting.listener);
    const below = definition({ name: "com.example.Below1" });
    exporting.exporter.export(`${PATH}/deep/below`, below, exporting.listener);
  });
  after(async () => {
    exporting.connection.close();
    await bus.stop();
  });
  const fine = async (result: ReturnType<typeof busctl>) => {
    const { code, stdout, stderr } = await result;
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };

  for (const [index, [signature, plain, gvariant]] of VALUES.entries()) {
    it(`carries a ${signature} through a method, and a property's writing and reading`, async () => {
      const typed = [signature, ...words(plain)];
      const expected = `${signature} ${plain}`;
      assert.equal(await fine(busctl(bus, "call", "--", NAME, PATH, NAME, `Echo${index}`, ...typed)), expected);
      await fine(busctl(bus, "set-property", "--", NAME, PATH, NAME, `Value${index}`, ...typed));
      assert.equal(await fine(busctl(bus, "get-property", NAME, PATH, NAME, `Value${index}`)), expected);
      const place = ["--dest", NAME, "--object-path", PATH, "--method", `${NAME}.Echo${index}`];
      const answer = await fine(gdbus(bus, "call", ...place, "--", gvariant));
      const untyped = (text: string) =>
        text.replace(/\b(byte|int16|uint16|uint32|int64|uint64|objectpath|signature) /g, "");
      assert.equal(untyped(answer), `(${gvariant},)`);
    });
  }

  it("shows busctl its tree and its members", async () => {
    const tree = await fine(busctl(bus, "tree", "--list", NAME));
    assert.deepEqual(tree.split("\n"), ["/", "/com", "/com/example", PATH, `${PATH}/deep`, `${PATH}/deep/below`]);
    const lines = (await fine(busctl(bus, "introspect", NAME, PATH, NAME))).split("\n");
    assert.match(lines.find((line) => line.startsWith(".Swap")) ?? "", /method\s+si\s+si/);
    assert.match(
      lines.find((line) => line.startsWith(".Value5")) ?? "",
      /property\s+u\s+4294967295\s+emits-change writable/,
    );
  });

  it("shows gdbus the standard interfaces", async () => {
    const text = await fine(gdbus(bus, "introspect", "--dest", NAME, "--object-path", PATH));
    for (const name of ["Introspectable", "Peer", "Properties"]) {
      assert.ok(text.includes(`interface org.freedesktop.DBus.${name} {`), name);
    }
    assert.ok(text.includes("node deep {"));
    const root = await fine(gdbus(bus, "introspect", "--dest", NAME, "--object-path", "/"));
    assert.ok(root.includes("interface org.freedesktop.DBus.ObjectManager {"));
  });

  it("takes a call without an interface", async () => {
    const place = [`--dest=${NAME}`, "--print-reply=literal", PATH];
    // dbus-send itself refuses a member without an interface, so python does it.
    assert.equal((await dbusSend(bus, ...place, `${NAME}.Swap`, "string:a", "int32:4")).stdout.trim(), "a   int32 4");
    const source = `
import sys, dbus, dbus.lowlevel
bus = dbus.bus.BusConnection(sys.argv[1])
for member in ("Swap", "Introspect", "Ping"):
    message = dbus.lowlevel.MethodCallMessage("${NAME}", "${PATH}", None, member)
    if member == "Swap": message.append("a", 4, signature="si")
    print(member, bus.send_message_with_reply_and_block(message).get_signature())
`;
    const answer = await fine(run(PYTHON, ["-c", source, bus.address]));
    assert.deepEqual(answer.split("\n"), ["Swap si", "Introspect s", "Ping"]);
  });

  it("serves dbus-python, which introspects first", async () => {
    const source = `
import sys, dbus
bus = dbus.bus.BusConnection(sys.argv[1])
it = bus.get_object("${NAME}", "${PATH}")
print(*it.Swap("x", 5, dbus_interface="${NAME}"))
print(it.Nothing(dbus_interface="${NAME}"))
properties = dbus.Interface(it, "org.freedesktop.DBus.Properties")
properties.Set("${NAME}", "Value9", "from python")
print(properties.GetAll("${NAME}")["Value9"])
dbus.Interface(it, "org.freedesktop.DBus.Peer").Ping()
print(len(dbus.Interface(it, "org.freedesktop.DBus.Peer").GetMachineId()))
manager = dbus.Interface(bus.get_object("${NAME}", "/"), "org.freedesktop.DBus.ObjectManager")
print(*sorted(manager.GetManagedObjects().keys()))
`;
    const answer = await fine(run(PYTHON, ["-c", source, bus.address]));
    assert.deepEqual(answer.split("\n"), ["x 5", "None", "from python", "32", `${PATH} ${PATH}/deep/below`]);
    assert.equal(exporting.writes.items.at(-1)?.value, "from python");
  });
});
