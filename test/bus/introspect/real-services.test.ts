import assert from "node:assert/strict";
import { Connection } from "../../../lib/bus/connection";
import { IntrospectionCache } from "../../../lib/introspect/browse";
import { findMethod, findProperty, findSignal, interfacesWithProperties } from "../../../lib/introspect/lookup";
import type { EmitsChanged, IntrospectedObject } from "../../../lib/introspect/model";
import { busctl } from "../../support/busctl";
import { startMock } from "../../support/dbusmock";
import { type PrivateBus, startBus } from "../../support/private-bus";

const FLAGS: Readonly<Record<EmitsChanged, readonly string[]>> = {
  true: ["emits-change"],
  invalidates: ["emits-invalidation"],
  const: ["const"],
  false: [],
};

/** The model in the words of `busctl introspect`: sd-bus has an XML parser of its own to compare with. */
function asBusctl(model: IntrospectedObject): string[] {
  const shown = (signature: string) => (signature === "" ? "-" : signature);
  const lines: string[] = [];
  for (const { name: home, methods, signals, properties } of model.interfaces.values()) {
    for (const { name, inSignature, outSignature } of methods) {
      lines.push(`${home} .${name} method ${shown(inSignature)} ${shown(outSignature)}`);
    }
    for (const { name, signature } of signals) lines.push(`${home} .${name} signal ${shown(signature)} -`);
    for (const { name, signature, access, emitsChanged } of properties.values()) {
      const flags = [...FLAGS[emitsChanged], ...(access === "read" ? [] : ["writable"])];
      lines.push(`${home} .${name} property ${signature} ${flags.join(" ")}`.trimEnd());
    }
  }
  return lines.sort();
}

/** What busctl prints, without the properties' values. */
async function busctlSays(bus: PrivateBus, destination: string, path: string): Promise<string[]> {
  const { stdout } = await busctl(bus, "--full", "introspect", destination, path);
  const lines: string[] = [];
  let home = "";
  for (const line of stdout.trimEnd().split("\n").slice(1)) {
    const [name = "", kind = "", signature = "", ...rest] = line.split(/ +/);
    if (kind === "interface") home = name;
    else if (kind === "property") {
      const flags = /( (emits-change|emits-invalidation|const|writable))+ *$/.exec(line)?.[0].trim() ?? "";
      lines.push(`${home} ${name} property ${signature} ${flags}`.trimEnd());
    } else lines.push(`${home} ${name} ${kind} ${signature} ${rest[0]}`);
  }
  return lines.sort();
}

describe("introspection of real services", () => {
  let bus: PrivateBus;
  let connection: Connection;
  let cache: IntrospectionCache;

  before(async () => {
    bus = await startBus({ type: "session" });
    connection = new Connection(bus.address);
    connection.open();
    cache = new IntrospectionCache(connection);
    await Promise.all([startMock(bus, "upower"), startMock(bus, "logind"), startMock(bus, "bluez5")]);
    const added = await busctl(
      bus,
      ...["call", "org.bluez", "/org/bluez", "org.bluez.Mock", "AddAdapter", "ss", "hci0", "my-computer"],
    );
    assert.equal(added.code, 0, added.stderr);
  });

  after(async () => {
    connection.close();
    await bus.stop();
  });

  for (const [destination, path] of [
    ["org.freedesktop.DBus", "/org/freedesktop/DBus"],
    ["org.freedesktop.UPower", "/org/freedesktop/UPower"],
    ["org.freedesktop.login1", "/org/freedesktop/login1"],
    ["org.bluez", "/"],
    ["org.bluez", "/org/bluez"],
    ["org.bluez", "/org/bluez/hci0"],
  ] as const) {
    it(`finds in ${destination} ${path} what busctl finds`, async () => {
      const model = await cache.introspect(destination, path);
      assert.equal(model.leftOut, 0);
      const expected = await busctlSays(bus, destination, path);
      assert.ok(expected.length > 3, "busctl printed next to nothing");
      assert.deepEqual(asBusctl(model), expected);
    });
  }

  it("knows the bus itself", async () => {
    const model = await cache.introspect("org.freedesktop.DBus", "/org/freedesktop/DBus");
    assert.equal(findMethod(model, "RequestName", "", "").member.inSignature, "su");
    assert.equal(findProperty(model, "Features", "", "get").member.emitsChanged, "const");
    assert.equal(findSignal(model, "NameOwnerChanged", "org.freedesktop.DBus", "sss")?.args.length, 3);
    assert.deepEqual(interfacesWithProperties(model), ["org.freedesktop.DBus"]);
  });

  it("knows upower, logind and bluez", async () => {
    const upower = await cache.introspect("org.freedesktop.UPower", "/org/freedesktop/UPower");
    assert.equal(findMethod(upower, "EnumerateDevices", "", "").interfaceName, "org.freedesktop.UPower");
    assert.equal(findProperty(upower, "OnBattery", "", "get").member.signature, "b");

    const logind = await cache.introspect("org.freedesktop.login1", "/org/freedesktop/login1");
    const { member } = findMethod(logind, "Inhibit", "", "");
    assert.equal(member.inSignature, "ssss");
    assert.equal(member.outSignature, "h");

    const adapter = await cache.introspect("org.bluez", "/org/bluez/hci0");
    assert.equal(findMethod(adapter, "StartDiscovery", "", "").interfaceName, "org.bluez.Adapter1");
    assert.equal(findProperty(adapter, "Powered", "", "set").interfaceName, "org.bluez.Adapter1");
    assert.ok(interfacesWithProperties(adapter).includes("org.bluez.Adapter1"));
  });

  it("walks down the objects of bluez", async () => {
    const found: string[] = [];
    const walk = async (path: string): Promise<void> => {
      found.push(path);
      const { children } = await cache.introspect("org.bluez", path);
      for (const child of children) await walk(path === "/" ? `/${child}` : `${path}/${child}`);
    };
    await walk("/");
    assert.deepEqual(found, ["/", "/org", "/org/bluez", "/org/bluez/hci0"]);
  });
});
