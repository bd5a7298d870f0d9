import assert from "node:assert/strict";
import { fromArguments } from "../../lib/values/arguments";
import { busTraffic } from "../support/bus-monitor";
import { busctl, dbusSend, gdbus, run } from "../support/busctl";
import { definition, type Exporting, method, NAME, PATH, property, startExporting } from "../support/export-bus";
import { PYTHON, spawnPeer } from "../support/peer";
import { type PrivateBus, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { eventuallyAsync } from "../support/until";

const BASIC = ["y", "b", "n", "q", "i", "u", "x", "t", "d", "s", "o", "g"];
const DEEP = "a{s(ia{saax})}";
const OTHER = "com.example.Other1";

describe("an exported object and other implementations", () => {
  watchProcess();
  let bus: PrivateBus;
  let exporting: Exporting;
  const make = () =>
    exporting.exporter.export(
      PATH,
      definition({
        methods: [
          method("All", BASIC, [...BASIC].reverse()),
          method("Deep", [DEEP, "v"], ["v", DEEP]),
          ...BASIC.map((signature) => method(`Echo_${signature}`, [signature], [signature])),
        ],
        properties: [
          property("Told", "u", 1),
          property("Named", "u", 1, "readwrite", "invalidates"),
          property("Fixed", "u", 1, "readwrite", "const"),
          property("Quiet", "u", 1, "readwrite", "false"),
          property("Shown", "s", "hello", "read"),
          property("Secret", "s", "hidden", "write"),
        ],
      }),
      { ...exporting.listener, decode: { int64: "auto", keepTypes: true } },
    );
  let object: ReturnType<typeof make>;

  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    exporting = await startExporting(bus);
    exporting.answer(({ method: { name }, body }) =>
      name.startsWith("Echo") ? fromArguments(body) : [...body].reverse(),
    );
    object = make();
  });
  afterEach(async () => {
    exporting.connection.close();
    await bus.stop();
  });
  const fine = async (result: ReturnType<typeof busctl>) => {
    const { code, stdout, stderr } = await result;
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  const fails = async (result: ReturnType<typeof busctl>, words: RegExp) => {
    const { code, stderr } = await result;
    assert.notEqual(code, 0);
    assert.match(stderr, words);
  };

  it("take all basic types in one call, and give them back: busctl", async () => {
    const values = [
      "255",
      "true",
      "-32768",
      "65535",
      "-5",
      "5",
      "-9000000000",
      "9000000000",
      "0.5",
      "ä b",
      "/a/b",
      "a{sv}",
    ];
    const expected = 'gosdtxuiqnby "a{sv}" "/a/b" "\\303\\244 b" 0.5 9000000000 -9000000000 5 -5 65535 -32768 true 255';
    const answer = await fine(busctl(bus, "call", "--", NAME, PATH, NAME, "All", BASIC.join(""), ...values));
    assert.equal(answer, expected);
  });

  it("the same: gdbus", async () => {
    const place = ["--dest", NAME, "--object-path", PATH, "--method", `${NAME}.All`, "--"];
    const values = [
      "255",
      "true",
      "-- -32768",
      "65535",
      "-5",
      "5",
      "-9000000000",
      "9000000000",
      "0.5",
      "'b'",
      "'/a'",
      "'ai'",
    ];
    const answer = await fine(gdbus(bus, "call", ...place, ...values.map((value) => value.replace("-- ", ""))));
    assert.equal(
      answer,
      "(signature 'ai', objectpath '/a', 'b', 0.5, uint64 9000000000, int64 -9000000000, uint32 5, -5, uint16 65535, int16 -32768, true, byte 0xff)",
    );
  });

  it("each basic type that it knows: dbus-send", async () => {
    const known: readonly (readonly [type: string, given: string, printed: string])[] = [
      ["y", "byte:255", "byte 255"],
      ["b", "boolean:true", "boolean true"],
      ["n", "int16:-32768", "int16 -32768"],
      ["q", "uint16:65535", "uint16 65535"],
      ["i", "int32:-5", "int32 -5"],
      ["u", "uint32:5", "uint32 5"],
      ["x", "int64:-9000000000", "int64 -9000000000"],
      ["t", "uint64:18446744073709551615", "uint64 18446744073709551615"],
      ["d", "double:0.5", "double 0.5"],
      ["s", "string:a b", 'string "a b"'],
      ["o", "objpath:/a/b", 'object path "/a/b"'],
    ];
    for (const [type, given, printed] of known) {
      const place = [`--dest=${NAME}`, "--print-reply", PATH, `${NAME}.Echo_${type}`];
      assert.equal((await fine(dbusSend(bus, ...place, given))).split("\n").at(-1)?.trim(), printed);
    }
    await fails(
      dbusSend(bus, `--dest=${NAME}`, "--print-reply", PATH, `${NAME}.Echo_y`, "string:x"),
      /InvalidArgs: Echo_y takes arguments of type "y", got "s"/,
    );
  });

  it("every basic type, three levels of containers, and the standard errors: python3-dbus", async () => {
    const source = `
import sys, dbus
bus = dbus.bus.BusConnection(sys.argv[1])
it = dbus.Interface(bus.get_object("${NAME}", "${PATH}"), "${NAME}")
given = dict(y=255, b=True, n=-32768, q=65535, i=-5, u=5, x=-2**63, t=2**64-1, d=0.5, s="\\u00e4 \\U0001f44b", o="/a/b", g="a{sv}")
for type, value in given.items():
    assert getattr(it, "Echo_" + type)(value) == value, type
assert list(it.All(*given.values())) == list(given.values())[::-1]
deep = {"k": (7, {"x": [[1, -2**63], [], [5]], "": []}), "": (-1, {})}
inside = dbus.Array([dbus.Struct((dbus.Byte(1), "x"), signature="ys")], signature="(ys)", variant_level=1)
first, second = it.Deep(deep, inside)
assert first.signature == "(ys)" and first == inside, first
assert second == deep and second.signature == "s(ia{saax})", second
def fails(name, *args, interface="${NAME}", path="${PATH}", member="All"):
    try:
        bus.call_blocking("${NAME}", path, interface, member, *args)
    except dbus.DBusException as error:
        assert error.get_dbus_name() == "org.freedesktop.DBus.Error." + name, (error, member)
    else:
        raise AssertionError(name)
P = "org.freedesktop.DBus.Properties"
fails("InvalidArgs", "s", ("x",))
fails("UnknownMethod", "", (), member="Missing")
fails("UnknownMethod", "", (), member="Missing", interface=P)
fails("UnknownInterface", "", (), interface="${OTHER}")
fails("UnknownObject", "", (), path="/nowhere")
fails("UnknownProperty", "ss", ("${NAME}", "Missing"), interface=P, member="Get")
fails("AccessDenied", "ss", ("${NAME}", "Secret"), interface=P, member="Get")
fails("PropertyReadOnly", "ssv", ("${NAME}", "Shown", "x"), interface=P, member="Set")
fails("InvalidArgs", "ssv", ("${NAME}", "Told", "x"), interface=P, member="Set")
all = bus.call_blocking("${NAME}", "${PATH}", P, "GetAll", "s", ("${NAME}",))
assert sorted(all) == ["Fixed", "Named", "Quiet", "Shown", "Told"], all
print("done")
`;
    assert.equal(await fine(run(PYTHON, ["-c", source, bus.address])), "done");
  });

  it("learn the members and how changes are told", async () => {
    const lines = (await fine(busctl(bus, "introspect", NAME, PATH, NAME))).split("\n");
    const flags = (name: string) =>
      lines
        .find((line) => line.startsWith(`.${name} `))
        ?.trim()
        .split(/\s+/)
        .slice(4)
        .join(" ");
    assert.equal(flags("Told"), "emits-change writable");
    assert.equal(flags("Named"), "emits-invalidation writable");
    assert.equal(flags("Fixed"), "const writable");
    assert.equal(flags("Quiet"), "writable");
    assert.equal(flags("Shown"), "emits-change");
    const all = lines.find((line) => line.startsWith(".All ")) ?? "";
    assert.match(all, /method\s+ybnqiuxtdsog\s+gosdtxuiqnby/);
    const text = await fine(gdbus(bus, "introspect", "--dest", NAME, "--object-path", PATH, "--only-properties"));
    assert.match(text, /readwrite u Told = 1;/);
    assert.match(text, /writeonly s Secret;/);
    const between = await fine(gdbus(bus, "introspect", "--dest", NAME, "--object-path", "/com", "--recurse"));
    assert.match(between, /node \/com\/example\/Exported1/);
    const id = await fine(busctl(bus, "call", NAME, "/com", "org.freedesktop.DBus.Peer", "GetMachineId"));
    assert.equal(id, `s "${(await fine(run("cat", ["/etc/machine-id"]))) || ""}"`);
  });

  it("see each change as it is declared, by flow and by peer: busctl monitor, gdbus monitor", async () => {
    const traffic = await busTraffic(bus);
    const monitor = await spawnPeer("gdbus", [
      "monitor",
      "--address",
      bus.address,
      "--dest",
      NAME,
      "--object-path",
      PATH,
    ]);
    // gdbus says that it is ready before it knows whose signals it is to show.
    let round = 0;
    await eventuallyAsync(async () => {
      object.update({ Shown: `ready ${++round}` }, false);
      await busctl(bus, "call", NAME, PATH, "org.freedesktop.DBus.Peer", "Ping");
      return monitor.lines.items.some((line) => line.includes("ready"));
    });
    const isTest = (text: string) => !text.includes("ready ");
    object.update({ Told: 2, Named: 2, Fixed: 2, Quiet: 2, Secret: "x" }, false);
    for (const name of ["Told", "Named", "Fixed", "Quiet"]) {
      await fine(busctl(bus, "set-property", NAME, PATH, NAME, name, "u", "3"));
    }
    await fine(busctl(bus, "set-property", NAME, PATH, NAME, "Secret", "s", "y"));
    await fails(busctl(bus, "set-property", NAME, PATH, NAME, "Shown", "s", "y"), /read-only/);
    await fails(busctl(bus, "get-property", NAME, PATH, NAME, "Secret"), /can only be written|Access denied/i);
    object.update({ Shown: "last" }, false);
    await monitor.lines.first((line) => line.includes("last"));
    const changed = monitor.lines.items.filter((line) => line.includes("PropertiesChanged") && isTest(line));
    const prefix = `${PATH}: org.freedesktop.DBus.Properties.PropertiesChanged ('${NAME}', `;
    assert.deepEqual(changed, [
      `${prefix}{'Told': <uint32 2>}, ['Named'])`,
      `${prefix}{'Told': <uint32 3>}, @as [])`,
      `${prefix}@a{sv} {}, ['Named'])`,
      `${prefix}{'Shown': <'last'>}, @as [])`,
    ]);
    const seen = () =>
      traffic.messages.items.filter(
        ({ member, payload }) => member === "PropertiesChanged" && isTest(JSON.stringify(payload)),
      );
    await traffic.messages.first(() => seen().length === 4);
    assert.deepEqual(
      seen().map(({ payload }) => payload?.data.slice(1)),
      [
        [{ Told: { type: "u", data: 2 } }, ["Named"]],
        [{ Told: { type: "u", data: 3 } }, []],
        [{}, ["Named"]],
        [{ Shown: { type: "s", data: "last" } }, []],
      ],
    );
    await Promise.all([traffic.stop(), monitor.kill()]);
  });
});
