import assert from "node:assert/strict";
import { startMock, startMockObject } from "../../support/dbusmock";
import { drive } from "../../support/example";
import { ExampleStage } from "../../support/example-stage";

const MOCK = "org.freedesktop.DBus.Mock";
const NOTIFICATIONS = "org.freedesktop.Notifications";
const PLAYER = "org.mpris.MediaPlayer2.jukebox";
const MPRIS = "/org/mpris/MediaPlayer2";
const VICTRON = "com.victronenergy.system";
const BUS_ITEM = "com.victronenergy.BusItem";

type Fields = Record<string, unknown>;

describe("examples with the bus itself, on the session bus, and on others' machines", function () {
  // A wait within fails after 10 s and says what it waited for: it comes first.
  this.timeout(30_000);
  const stage = new ExampleStage();
  stage.use();

  before(() => stage.allow("org.bluez", "org.freedesktop.login1", "org.freedesktop.UPower", VICTRON));

  it("01 asks who is on the bus", async () => {
    const example = await stage.run("01");
    await example.press("list names");
    const all = (await example.payloadAt("all names")) as string[];
    assert.ok(all.includes("org.freedesktop.DBus") && all.some((name) => name.startsWith(":")));
    assert.deepEqual(await example.payloadAt("well-known names"), ["org.freedesktop.DBus"]);
    await example.press("the bus's id");
    assert.match(String(await example.payloadAt("id")), /^[0-9a-f]{32}$/);

    await example.press("org.freedesktop.login1");
    assert.equal(await example.payloadAt("is it on the bus"), false);
    await startMock(stage.system, "logind");
    await example.press("org.freedesktop.login1");
    await example.payloadAt("is it on the bus", (payload) => payload === true);

    await startMock(stage.session, "notification_daemon");
    await example.press("session bus");
    const { payload, dbus } = await example.at("names on the session bus");
    assert.ok((payload as string[]).includes(NOTIFICATIONS));
    assert.equal((dbus as Fields)["bus"], "session");
  });

  it("03 sees a service come and go", async () => {
    const example = await stage.run("03");
    assert.equal((await example.at("it is not there"))["event"], "absent");
    const bluez = await startMock(stage.system, "bluez5");
    assert.equal((await example.at("it is there"))["event"], "appeared");
    bluez.kill();
    await example.at("it is not there", ({ event }) => event === "vanished");
    const news = await example.at("what happened", ({ topic, event }) => topic === "org.bluez" && event === "vanished");
    assert.equal(Object(news["payload"]).newOwner, "");
    await example.at("what happened", ({ topic, event }) => topic === "org.bluez" && event === "appeared");
  });

  it("09 asks by a notification and gets the answer", async () => {
    const example = await stage.run("09");
    await example.press("ask");
    const number = String(await example.payloadAt("number"));
    const path = "/org/freedesktop/Notifications";
    assert.match(
      await drive(stage.session, NOTIFICATIONS, path, `${MOCK}.GetCalls`),
      /"Notify" 8 s "Node-RED" u 0 s "dialog-question" s "Door" s "Someone is at the door\. Open\?" as 4 "yes" "Open" /,
    );
    const answer = (id: string, key: string) => emit(NOTIFICATIONS, path, "ActionInvoked", "us", ["u", id], ["s", key]);
    await answer("4711", "yes");
    await answer(number, "no");
    await answer(number, "yes");
    const open = await example.at("open the door");
    assert.deepEqual(open["payload"], [Number(number), "yes"]);
    assert.deepEqual(example.payloads("open the door"), [[Number(number), "yes"]], "another notification's answer");
    assert.deepEqual(example.payloads("leave it closed"), [[Number(number), "no"]]);
    await emit(NOTIFICATIONS, path, "NotificationClosed", "uu", ["u", number], ["u", "2"]);
    assert.deepEqual(await example.payloadAt("closed"), [Number(number), 2]);
  });

  it("10 follows media players, and presses pause", async () => {
    const player = await startPlayer();
    const example = await stage.run("10");
    await example.payloadAt("player", (payload) => Object(payload).PlaybackStatus === "Paused");
    assert.equal(await example.payloadAt("now playing"), "So What");
    const timesPlaying = () =>
      example.payloads("player").filter((payload) => Object(payload).PlaybackStatus === "Playing").length;
    const press = async (times: number) => {
      await example.press("play or pause");
      // The player tells its new state before it answers.
      await example.at("done by", () => example.payloads("done by").length === times);
      assert.equal(timesPlaying(), times);
    };
    await press(1);
    assert.equal(Object((await example.at("done by"))["dbus"]).destination, PLAYER);

    // One that comes again is subscribed to anew, and once: what it tells does not come twice.
    player.kill();
    const again = await startPlayer();
    await press(2);
    again.kill();
  });

  it("11 listens to what messages name", async () => {
    await startMock(stage.system, "upower");
    const addCharger = (name: string) =>
      drive(stage.system, "org.freedesktop.UPower", "/org/freedesktop/UPower", `${MOCK}.AddAC`, "ss", name, name);
    const example = await stage.run("11");
    await example.press("subscribe: new power devices");
    await example.press("subscribe: new power devices");
    await example.press("subscribe: Bluetooth service");
    // The bus serves a connection's requests in order: with this answer, the one before is in force.
    await example.at("received", ({ topic }) => topic === "org.bluez");
    await example.press("list");
    const [first, second, ...more] = (await example.payloadAt("subscriptions")) as Fields[];
    assert.deepEqual([first?.["member"], second?.["listen"], more], ["DeviceAdded", "names", []]);

    await addCharger("one");
    const added = await example.at("received", ({ topic }) => topic === "DeviceAdded");
    assert.equal(added["payload"], "/org/freedesktop/UPower/devices/one");
    await example.press("unsubscribe: power devices");
    await addCharger("two");
    const bluez = await startMock(stage.system, "bluez5");
    await example.at("received", ({ event }) => event === "appeared");
    assert.equal(example.payloads("received").filter((payload) => typeof payload === "string").length, 1);
    await example.press("unsubscribe: everything");
    await example.press("list");
    await example.payloadAt("subscriptions", (payload) => (payload as Fields[]).length === 0);
    bluez.kill();
  });

  it("12 tells errors apart", async () => {
    const example = await stage.run("12");
    await example.press("no such service");
    const missing = Object((await example.at("service is not there"))["error"]);
    assert.equal(missing.code, "DBUS_NAME_NOT_FOUND");
    assert.equal(missing.cause.dbusName, "org.freedesktop.DBus.Error.ServiceUnknown");
    assert.match(missing.message, /com\.example\.NotThere/);
    assert.equal(missing.source.name, "call nobody");
    await example.press("an object for a text");
    const wrong = Object((await example.at("the flow is wrong"))["error"]);
    assert.equal(wrong.code, "DBUS_INVALID_ARGUMENT");
    assert.match(wrong.message, /argument 1.* of type s: expected a string, got an object/);
    await example.press("an error of the service");
    await example.at("service is not there", ({ error }) => Object(error).source.name === "GetNameOwner");
    assert.deepEqual(example.payloads("a result, never seen"), []);
  });

  it("13 lets through only what is on the list", async () => {
    const logind = await startMock(stage.system, "logind");
    const example = await stage.run("13");
    await example.press("can it suspend?");
    assert.equal(await example.payloadAt("answer"), "yes");
    await example.press("power off!");
    await example.payloadAt("refused", (payload) => Object(payload).member === "PowerOff");
    // The interface is that of the list, whatever the command says.
    await example.press("another interface");
    const reboot = await example.at("answer", ({ dbus }) => Object(dbus).member === "CanReboot");
    assert.equal(Object(reboot["dbus"]).interface, "org.freedesktop.login1.Manager");
    const calls = await drive(
      stage.system,
      "org.freedesktop.login1",
      "/org/freedesktop/login1",
      `${MOCK}.GetMethodCalls`,
      "s",
      "PowerOff",
    );
    assert.equal(calls, "a(tav) 0");
    logind.kill();
  });

  it("15 reads and sets values on Venus OS", async () => {
    const { system } = stage;
    await startMockObject(system, VICTRON, "/", BUS_ITEM);
    const methods = (value: string) => ["GetValue", "", "v", `ret = ${value}`, "SetValue", "v", "i", "ret = 0"];
    for (const [path, value] of [
      ["/Dc/Battery/Soc", "dbus.Double(87.5)"],
      ["/Relay/0/State", "dbus.Int32(0)"],
    ] as const) {
      const args = [path, BUS_ITEM, "0", "2", ...methods(value)];
      await drive(system, VICTRON, "/", `${MOCK}.AddObject`, "osa{sv}a(ssss)", ...args);
    }
    const example = await stage.run("15");
    await example.press("state of charge");
    assert.equal(await example.payloadAt("percent"), 87.5);
    await example.press("relay on");
    assert.equal(await example.payloadAt("taken"), 0);
    const calls = await drive(system, VICTRON, "/Relay/0/State", `${MOCK}.GetMethodCalls`, "s", "SetValue");
    assert.match(calls, /^a\(tav\) 1 \d+ 1 (v )?i 1$/);

    const soc = ["a{sv}", "1", "Value", "d", "86"];
    await emit(VICTRON, "/Dc/Battery/Soc", "PropertiesChanged", "a{sv}", soc);
    await example.at("changed value", ({ topic, payload }) => topic === "/Dc/Battery/Soc" && payload === 86);
    const items = ["a{sa{sv}}", "2", "/Ac/Load", "1", "Value", "i", "7", "/Ac/Text", "1", "Text", "s", "x"];
    await emit(VICTRON, "/", "ItemsChanged", "a{sa{sv}}", items);
    await example.at("changed value", ({ topic, payload }) => topic === "/Ac/Load" && payload === 7);
    assert.equal(example.payloads("changed value").length, 2, "an item without a value is no news");
  });

  it("16 reaches the bus of another machine", async () => {
    // The same bridge as on the other machine, without the ssh in between.
    const bridge = `unixexec:path=systemd-stdio-bridge,argv1=--bus-path=${encodeURIComponent(stage.session.address)}`;
    const example = await stage.run("16", ([tab, ...nodes]) => [
      { ...tab, env: [{ name: "REMOTE_BUS", value: bridge, type: "str" }] } as (typeof nodes)[number],
      ...nodes,
    ]);
    await example.press("list names");
    assert.ok(((await example.payloadAt("names over there")) as string[]).includes("org.freedesktop.DBus"));
    const mock = await startMockObject(stage.session, "com.example.Far", "/", "com.example.Far");
    const { event } = await example.at("what happened", ({ topic }) => topic === "com.example.Far");
    assert.equal(event, "appeared");
    mock.kill();
  });

  async function startPlayer() {
    const player = await startMockObject(stage.session, PLAYER, MPRIS, "org.mpris.MediaPlayer2.Player");
    const metadata = ["Metadata", "a{sv}", "1", "xesam:title", "s", "So What"];
    const properties = ["", "2", "PlaybackStatus", "s", "Paused", ...metadata];
    await drive(stage.session, PLAYER, MPRIS, `${MOCK}.AddProperties`, "sa{sv}", ...properties);
    const play = `self.UpdateProperties("org.mpris.MediaPlayer2.Player", {"PlaybackStatus": "Playing"})`;
    await drive(stage.session, PLAYER, MPRIS, `${MOCK}.AddMethod`, "sssss", "", "PlayPause", "", "", play);
    return player;
  }

  /** Lets a mock emit a signal; each argument is given as `busctl` writes a variant. */
  function emit(
    name: string,
    path: string,
    signal: string,
    signature: string,
    ...args: readonly (readonly string[])[]
  ): Promise<string> {
    const bus = name === VICTRON ? stage.system : stage.session;
    const interfaceName = name === VICTRON ? BUS_ITEM : name;
    const values = [interfaceName, signal, signature, String(args.length), ...args.flat()];
    return drive(bus, name, path, `${MOCK}.EmitSignal`, "sssav", ...values);
  }
});
