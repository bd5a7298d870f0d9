import assert from "node:assert/strict";
import path from "node:path";
import { startMock } from "../../support/dbusmock";
import { drive } from "../../support/example";
import { ExampleStage } from "../../support/example-stage";
import { type Peer, PYTHON, spawnPeer } from "../../support/peer";

const SYSTEMD_PROGRAM = path.join(__dirname, "../../support/systemd-service.py");
const MOCK = "org.freedesktop.DBus.Mock";

describe("examples with services of the machine", function () {
  // A wait within fails after 10 s and says what it waited for: it comes first.
  this.timeout(30_000);
  const stage = new ExampleStage();
  stage.use();
  let systemd: Peer | undefined;

  before(async () => {
    const names = ["UPower", "login1", "NetworkManager", "timedate1", "systemd1"];
    await stage.allow("org.bluez", ...names.map((name) => `org.freedesktop.${name}`));
    const { system } = stage;
    systemd = await spawnPeer(PYTHON, ["-u", SYSTEMD_PROGRAM, system.address]);
    await Promise.all([
      startMock(system, "bluez5"),
      startMock(system, "logind"),
      startMock(system, "networkmanager"),
      startMock(system, "timedated"),
      startMock(system, "upower"),
    ]);
    await drive(system, "org.bluez", "/org/bluez", "org.bluez.Mock.AddAdapter", "ss", "hci0", "workshop");
  });

  // The mocks end with their bus.
  after(() => systemd?.kill());

  it("02 reads and writes properties", async () => {
    const example = await stage.run("02");
    await example.press("is it on?");
    assert.equal(await example.payloadAt("powered"), true);
    await example.press("everything");
    const all = (await example.payloadAt("all properties")) as Record<string, unknown>;
    assert.equal(all["Address"], "00:01:02:03:04:05");
    assert.equal(all["DiscoverableTimeout"], 180);

    await example.press("60 seconds");
    assert.equal(await example.payloadAt("timeout"), 60);
    const timeout = await busProperty("org.bluez", "/org/bluez/hci0", "org.bluez.Adapter1", "DiscoverableTimeout");
    // The mock declares the property as a variant, so that its type is left open.
    assert.match(timeout, / 60$/);
    await example.press("visible");
    assert.equal(await example.payloadAt("visible or not"), true);
    const visible = await busProperty("org.bluez", "/org/bluez/hci0", "org.bluez.Adapter1", "Discoverable");
    assert.match(visible, / true$/);

    await example.press("the adapter's name");
    const named = await example.at("read by message");
    assert.equal(named["payload"], "workshop");
    assert.deepEqual((named["dbus"] as Record<string, unknown>)["member"], "Alias");
  });

  it("04 watches the battery", async () => {
    const example = await stage.run("04");
    await example.payloadAt("percent", (payload) => payload === 0);
    await setBattery(2, 55, 7200);
    await example.payloadAt("percent", (payload) => payload === 55);
    await example.payloadAt("battery is fine", (payload) => payload === false);
    await example.payloadAt("state", (payload) => payload === "discharging");
    await example.press("how long?");
    assert.equal(await example.payloadAt("minutes left"), 120);

    await setBattery(2, 19.5, 1800);
    await setBattery(2, 18, 1700);
    await setBattery(1, 18, 0);
    await example.payloadAt("percent", (payload) => payload === 18);
    await example.payloadAt("state", (payload) => payload === "charging");
    await setBattery(1, 80, 0);
    await example.payloadAt("percent", (payload) => payload === 80);
    assert.ok(example.payloads("percent").includes(19.5));
    await example.at("battery is fine", () => example.payloads("battery is fine").length >= 2);
    // Empty at the start, before the first setBattery, and once below the limit, however often it changes there.
    assert.deepEqual(example.payloads("battery is low"), [true, true]);
  });

  it("05 restarts a systemd unit and follows its state", async () => {
    const example = await stage.run("05");
    await example.payloadAt("state of the unit", (payload) => payload === "active");
    await example.press("restart");
    assert.equal(await example.payloadAt("result of the job"), "done");
    await example.at("state of the unit", () => example.payloads("state of the unit").length >= 5);
    const restarted = ["active", "deactivating", "inactive", "activating", "active"];
    assert.deepEqual(example.payloads("state of the unit"), restarted);
    assert.match(String(await example.payloadAt("job")), /^\/org\/freedesktop\/systemd1\/job\/\d+$/);

    await example.press("stop");
    await example.at("result of the job", () => example.payloads("result of the job").length >= 2);
    assert.deepEqual(example.payloads("state of the unit").slice(5), ["deactivating", "inactive"]);
    // Another unit's job, which failed, did not pass.
    assert.deepEqual(example.payloads("result of the job"), ["done", "done"]);
  });

  it("06 knows of suspend and shutdown", async () => {
    const example = await stage.run("06");
    await example.press("can it?");
    assert.equal(await example.payloadAt("can suspend"), "yes");
    const emit = (signal: string, value: string) => emitSignal("org.freedesktop.login1", "Manager", signal, value);
    await emit("PrepareForSleep", "true");
    assert.equal(await example.payloadAt("going to sleep"), true);
    await emit("PrepareForSleep", "false");
    assert.equal(await example.payloadAt("awake again"), false);
    await emit("PrepareForShutdown", "true");
    assert.equal(await example.payloadAt("shutting down"), true);
    await example.press("suspend now");
    await example.at("suspend was asked");
    const { system } = stage;
    const calls = await drive(system, "org.freedesktop.login1", "/org/freedesktop/login1", `${MOCK}.GetCalls`);
    assert.match(calls, /"Suspend" 1 b false/);
  });

  it("07 sees Bluetooth devices come, connect and go", async () => {
    const bluez = (member: string, ...args: string[]) =>
      drive(stage.system, "org.bluez", "/org/bluez", `org.bluez.Mock.${member}`, ...args);
    const device = "/org/bluez/hci0/dev_11_22_33_44_55_66";
    await bluez("AddDevice", "sss", "hci0", "AA:BB:CC:DD:EE:FF", "watch");
    const example = await stage.run("07");
    assert.deepEqual(await example.payloadAt("near"), { address: "AA:BB:CC:DD:EE:FF", name: "watch" });
    await example.at("signal strength", ({ topic, payload }) => topic === "AA:BB:CC:DD:EE:FF" && payload === -79);

    await example.press("look for devices");
    assert.equal((await example.at("looking"))["payload"], undefined);
    assert.equal(await busProperty("org.bluez", "/org/bluez/hci0", "org.bluez.Adapter1", "Discovering"), "v b true");

    await bluez("AddDevice", "sss", "hci0", "11:22:33:44:55:66", "phone");
    await example.payloadAt("near", (payload) => Object(payload).name === "phone");
    await drive(stage.system, "org.bluez", device, "org.bluez.Device1.Connect");
    await example.at("connected", ({ topic, payload }) => topic === "11:22:33:44:55:66" && payload === true);
    const rssi = ["org.bluez.Device1", "1", "RSSI", "n", "-41"];
    await drive(stage.system, "org.bluez", device, `${MOCK}.UpdateProperties`, "sa{sv}", ...rssi);
    await example.at("signal strength", ({ topic, payload }) => topic === "11:22:33:44:55:66" && payload === -41);

    await drive(stage.system, "org.bluez", "/org/bluez/hci0", "org.bluez.Adapter1.RemoveDevice", "o", device);
    assert.deepEqual(await example.payloadAt("gone"), { address: "11:22:33:44:55:66" });
    await example.press("stop looking");
    await example.at("looking", ({ dbus }) => Object(dbus).member === "StopDiscovery");
    assert.deepEqual(example.payloads("near").length, 2, "the adapter is no device");
  });

  it("08 tells whether the machine is online", async () => {
    const name = "org.freedesktop.NetworkManager";
    const manager = "/org/freedesktop/NetworkManager";
    const example = await stage.run("08");
    assert.equal(await example.payloadAt("connectivity"), "full");
    await example.press("check now");
    assert.equal(await example.payloadAt("checked"), 4);
    await drive(stage.system, name, manager, `${MOCK}.SetConnectivity`, "u", "1");
    await example.payloadAt("connectivity", (payload) => payload === "none");
    await drive(stage.system, name, manager, `${MOCK}.SetGlobalConnectionState`, "u", "20");
    assert.equal(await example.payloadAt("online"), false);
    await drive(stage.system, name, manager, `${MOCK}.SetGlobalConnectionState`, "u", "70");
    await example.payloadAt("online", (payload) => payload === true);
  });

  it("14 reads, watches and sets the clock", async () => {
    const example = await stage.run("14");
    assert.deepEqual(await example.payloadAt("changed"), { Timezone: "Etc/Utc", NTP: true });
    await example.press("settings");
    assert.equal(Object(await example.payloadAt("settings")).CanNTP, true);
    await example.press("Berlin");
    await example.payloadAt("changed", (payload) => Object(payload).Timezone === "Europe/Berlin");
    assert.deepEqual(example.payloads("changed").at(-1), { Timezone: "Europe/Berlin" });
    await example.at("zone was set");
  });

  function setBattery(state: number, percentage: number, secondsLeft: number): Promise<string> {
    const values = [2, state, percentage, 0, 100, 0, secondsLeft, 0, "true", "battery", 1].map(String);
    const path = "/org/freedesktop/UPower";
    return drive(stage.system, "org.freedesktop.UPower", path, `${MOCK}.SetupDisplayDevice`, "uuddddxxbsu", ...values);
  }

  function busProperty(name: string, path: string, interfaceName: string, property: string): Promise<string> {
    return drive(stage.system, name, path, "org.freedesktop.DBus.Properties.Get", "ss", interfaceName, property);
  }

  function emitSignal(name: string, interfaceEnd: string, signal: string, value: string): Promise<string> {
    const args = [`${name}.${interfaceEnd}`, signal, "b", "1", "b", value];
    return drive(stage.system, name, `/${name.replaceAll(".", "/")}`, `${MOCK}.EmitSignal`, "sssav", ...args);
  }
});
