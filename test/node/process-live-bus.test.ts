import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { FailureAnswer, InterfacesAnswer, NamesAnswer, ObjectsAnswer, StartAnswer } from "../../lib/shared/admin";
import { askRuntime } from "../support/admin-request";
import { startMock } from "../support/dbusmock";
import { node, TAB } from "../support/flow-parts";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { ObjectService } from "../support/object-service";
import { PYTHON } from "../support/peer";
import { platformOfSuite } from "../support/platform";
import { type PrivateBus, startBus } from "../support/private-bus";
import { RawPeer } from "../support/raw-peer";
import { makeTempDir } from "../support/temp-dir";
import { eventuallyAsync } from "../support/until";

const SLEEPER = "com.example.Sleeper";
/** A service that is started by the bus, and ends when it is told to. */
const SLEEPER_SOURCE = `
import dbus, dbus.service, dbus.mainloop.glib
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
name = dbus.service.BusName("${SLEEPER}", dbus.SessionBus())
class Sleeper(dbus.service.Object):
    @dbus.service.method("${SLEEPER}", in_signature="s", out_signature="s")
    def Echo(self, words):
        return words
sleeper = Sleeper(name, "/com/example/Sleeper")
GLib.MainLoop().run()
`;

describe("the editor asks a running Node-RED about buses", function () {
  this.timeout(60_000);
  let system: PrivateBus;
  let session: PrivateBus;
  let nodeRed: NodeRed;

  const ask = <Body>(route: string, query: Record<string, string>) => askRuntime<Body>(nodeRed, route, { query });
  const well = async <Body>(route: string, query: Record<string, string>): Promise<Body> => {
    const { status, body } = await ask<Body>(route, query);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };

  before(async () => {
    [system, session] = await Promise.all([startBus({ type: "session" }), startBus({ type: "session" })]);
    await Promise.all([startMock(system, "bluez5"), startMock(system, "logind"), startMock(system, "upower")]);
    const program = path.join(makeTempDir(), "sleeper.py");
    writeFileSync(program, SLEEPER_SOURCE);
    const service = `[D-BUS Service]\nName=${SLEEPER}\nExec=${PYTHON} ${program}\n`;
    writeFileSync(path.join(session.servicesDir, `${SLEEPER}.service`), service);
    await session.reload();
    nodeRed = await startNodeRed({
      version: platformOfSuite(),
      env: { DBUS_SYSTEM_BUS_ADDRESS: system.address, DBUS_SESSION_BUS_ADDRESS: session.address },
      flows: [TAB, node("dbus-signal", "one", { bus: "system", listen: "names", sender: "" })],
    });
  });
  after(async () => {
    await nodeRed.stop();
    await Promise.all([system.stop(), session.stop()]);
  });

  it("lists the bus names, with who is behind them", async () => {
    const { address, names, leftOut } = await well<NamesAnswer>("names", { bus: "system" });
    assert.equal(address, system.address);
    assert.equal(leftOut, 0);
    const wellKnown = names.filter(({ name }) => !name.startsWith(":"));
    assert.deepEqual(
      wellKnown.map(({ name }) => name),
      ["org.bluez", "org.freedesktop.DBus", "org.freedesktop.login1", "org.freedesktop.UPower"],
    );
    assert.deepEqual(wellKnown[0], { name: "org.bluez", owned: true, activatable: false, process: "python3" });
    assert.deepEqual(names.slice(0, wellKnown.length), wellKnown);
    const unique = names.slice(wellKnown.length).map(({ name }) => Number(name.slice(":1.".length)));
    assert.ok(unique.length >= 4);
    assert.deepEqual(
      unique,
      unique.toSorted((one, other) => one - other),
    );
  });

  it("lists a service's objects and what each offers, with present values", async () => {
    const query = { bus: "system", destination: "org.freedesktop.UPower" };
    const objects = await well<ObjectsAnswer>("objects", query);
    assert.equal(objects.state, "running");
    const upower = objects.paths.find((entry) => entry.path === "/org/freedesktop/UPower");
    assert.ok(upower?.interfaces?.includes("org.freedesktop.UPower"), JSON.stringify(objects));
    assert.ok(objects.paths.some((entry) => entry.path === "/org/freedesktop/UPower/devices/DisplayDevice"));
    assert.equal(objects.incomplete, undefined);

    const { state, interfaces } = await well<InterfacesAnswer>("interfaces", {
      ...query,
      path: "/org/freedesktop/UPower",
    });
    assert.equal(state, "running");
    const own = interfaces.find(({ name }) => name === "org.freedesktop.UPower");
    assert.equal(own?.standard, false);
    const version = own?.properties.find(({ name }) => name === "DaemonVersion");
    assert.deepEqual(version, {
      name: "DaemonVersion",
      signature: "s",
      access: version?.access,
      emitsChanged: "true",
      deprecated: false,
      value: '"0.99"',
    });
    assert.deepEqual(
      own?.methods.find(({ name }) => name === "EnumerateDevices"),
      { name: "EnumerateDevices", in: [], out: [{ name: "", signature: "ao" }], deprecated: false },
    );
    const standard = interfaces.map((one) => one.standard);
    assert.deepEqual(standard, standard.toSorted());
  });

  for (const [destination, expected] of [
    ["org.bluez", "/org/bluez"],
    ["org.freedesktop.login1", "/org/freedesktop/login1"],
  ] as const) {
    it(`finds the objects of ${destination}`, async () => {
      const { paths, incomplete } = await well<ObjectsAnswer>("objects", { bus: "system", destination });
      assert.ok(
        paths.some((entry) => entry.path === expected && (entry.interfaces?.length ?? 0) > 0),
        JSON.stringify(paths),
      );
      assert.equal(incomplete, undefined);
    });
  }

  it("starts nothing by looking, and does when it is asked to", async () => {
    const query = { bus: "session", destination: SLEEPER };
    const owned = async () =>
      (await well<NamesAnswer>("names", query)).names.find(({ name }) => name === SLEEPER)?.owned;
    assert.deepEqual(await well<ObjectsAnswer>("objects", query), { state: "not-running", paths: [], leftOut: 0 });
    const described = await well<InterfacesAnswer>("interfaces", { ...query, path: "/com/example/Sleeper" });
    assert.deepEqual(described, { state: "not-running", interfaces: [], leftOut: 0 });
    assert.equal(await owned(), false);

    const started = await askRuntime<StartAnswer>(nodeRed, "start", { body: query });
    assert.deepEqual(started, { status: 200, body: { state: "running" } });
    assert.equal(await owned(), true);
    const { paths } = await well<ObjectsAnswer>("objects", query);
    assert.deepEqual(paths.at(-1), { path: "/com/example/Sleeper", interfaces: [SLEEPER] });
  });

  it("says of a name that nobody has that it is not there", async () => {
    for (const destination of ["com.example.Nobody", ":1.999999"]) {
      const { status, body } = await ask<FailureAnswer>("objects", { bus: "system", destination });
      assert.deepEqual([status, body.code], [404, "DBUS_NAME_NOT_FOUND"]);
    }
    const body = { bus: "session", destination: "com.example.Nobody" };
    const start = await askRuntime<FailureAnswer>(nodeRed, "start", { body });
    assert.deepEqual([start.status, start.body.code], [404, "DBUS_NAME_NOT_FOUND"]);
  });

  it("says what is wrong with a request", async () => {
    const expectations: readonly (readonly [string, Record<string, string>, string])[] = [
      ["names", {}, "admin.bus"],
      ["names", { bus: "msg" }, "admin.bus"],
      ["names", { bus: "address" }, "admin.missing"],
      ["objects", { bus: "system" }, "admin.missing"],
      ["objects", { bus: "system", destination: "<script>" }, "errors.field"],
      ["interfaces", { bus: "system", destination: "org.bluez", path: "org" }, "errors.field"],
      ["interfaces", { bus: "system", destination: "org.bluez" }, "admin.missing"],
    ];
    for (const [route, query, key] of expectations) {
      const { status, body } = await ask<FailureAnswer>(route, query);
      assert.deepEqual([status, body.code, body.problem.key], [400, "DBUS_INVALID_FIELD", key]);
    }
    const list = await nodeRed.api("/dbus/names?bus=system&bus=session", {
      headers: { "x-requested-with": "XMLHttpRequest" },
    });
    assert.equal(list.status, 400);
  });

  it("asks a service that does not answer no longer than people wait", async () => {
    const hanging = await RawPeer.join(system);
    try {
      await hanging.own("com.example.Hanging");
      const query = { bus: "system", destination: "com.example.Hanging" };
      const answers = await Promise.all([
        ask<FailureAnswer>("objects", query),
        ask<FailureAnswer>("interfaces", { ...query, path: "/" }),
      ]);
      for (const { status, body } of answers) assert.deepEqual([status, body.code], [504, "DBUS_TIMEOUT"]);
    } finally {
      hanging.close();
    }
  });

  it("gives what it has of a service that goes on answering only for a while", async () => {
    const objects = { "/a": { "com.example.A": {} }, "/a/b": { "com.example.B": {} }, "/c": { "com.example.C": {} } };
    const service = await ObjectService.start(system, "com.example.Halting", objects);
    service.beforeAnswer = ({ path: asked }) => asked === "/" || asked === "/c";
    try {
      const { paths, incomplete } = await well<ObjectsAnswer>("objects", {
        bus: "system",
        destination: "com.example.Halting",
      });
      assert.deepEqual(paths, [
        { path: "/", interfaces: [] },
        { path: "/a" },
        { path: "/c", interfaces: ["com.example.C"] },
      ]);
      assert.equal(incomplete?.code, "DBUS_TIMEOUT");
    } finally {
      service.stop();
    }
  });

  it("says why there is no bus, with what this machine makes of it", async () => {
    await nodeRed.stop();
    nodeRed = await startNodeRed({
      version: platformOfSuite(),
      env: { DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${system.directory}/none`, DBUS_SESSION_BUS_ADDRESS: session.address },
      flows: [],
    });
    const { status, body } = await ask<FailureAnswer>("names", { bus: "system" });
    assert.deepEqual([status, body.code, body.finding?.code], [503, "DBUS_NO_BUS", "variable-wrong"]);
    assert.equal(body.problem.key, "link.nothing-there");
    // Nothing is left of it when a deploy comes.
    assert.equal((await ask("names", { bus: "session" })).status, 200);
    const observer = await RawPeer.join(session);
    const links = async () => {
      const [names] = (await observer.askBus("ListNames")) as [string[]];
      const own = names.filter((name) => name.startsWith(":") && name !== observer.uniqueName);
      const pids = await Promise.all(own.map((name) => observer.askBus("GetConnectionUnixProcessID", "s", [name])));
      return pids.filter(([pid]) => pid === nodeRed.child.pid).length;
    };
    assert.equal(await links(), 1);
    await nodeRed.deploy([TAB, node("dbus-signal", "one", { bus: "system", listen: "names", sender: "" })]);
    await eventuallyAsync(async () => (await links()) === 0, { what: "the link to end" });
    observer.close();
  });
});
