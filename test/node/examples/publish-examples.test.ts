import assert from "node:assert/strict";
import { userInfo } from "node:os";
import { busTraffic } from "../../support/bus-monitor";
import { busctl, run } from "../../support/busctl";
import { runHelper } from "../../support/document";
import { readExample } from "../../support/example";
import { ExampleStage } from "../../support/example-stage";
import { eventuallyAsync } from "../../support/until";

describe("examples that publish", function () {
  // A wait within fails after 10 s and says what it waited for: it comes first.
  this.timeout(30_000);
  const stage = new ExampleStage();
  stage.use();

  const ask = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await busctl(stage.session, ...args);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  const isOnBus = (name: string) =>
    eventuallyAsync(async () => (await busctl(stage.session, "status", name)).code === 0, { what: name });

  it("17 is a service that others call, read and hear", async () => {
    const example = await stage.run("17");
    const object = ["com.example.Flow1", "/com/example/Flow1", "com.example.Flow1"] as const;
    await isOnBus(object[0]);
    assert.equal(await ask("call", ...object, "Ping", "s", "hello"), 's "pong: hello"');
    assert.equal((await example.at("calls"))["topic"], "Ping");
    await example.press("the mood is good");
    await eventuallyAsync(async () => (await ask("get-property", ...object, "Mood")) === 's "good"');
    await ask("set-property", ...object, "Mood", "s", "better");
    assert.equal(await example.payloadAt("written by others"), "better");
    const traffic = await busTraffic(stage.session);
    await example.press("alarm 3");
    const alarm = await traffic.messages.first(({ member }) => member === "Alarm");
    await traffic.stop();
    assert.deepEqual([alarm.path, alarm.interface, alarm.payload?.data], [object[1], object[2], [3]]);
  });

  it("18 heats as the target and the temperature ask for", async () => {
    const example = await stage.run("18");
    const object = ["com.example.Thermostat", "/com/example/Thermostat", "com.example.Thermostat"] as const;
    await isOnBus(object[0]);
    await ask("set-property", ...object, "Target", "d", "21.5");
    assert.equal(await example.payloadAt("new target"), 21.5);
    await eventuallyAsync(async () => (await ask("get-property", ...object, "Heating")) === "b true");
    await example.press("it is 23 °C");
    await eventuallyAsync(async () => (await ask("get-property", ...object, "Heating")) === "b false");
    assert.equal(await ask("get-property", ...object, "Temperature"), "d 23");
    const refused = await busctl(stage.session, "set-property", ...object, "Temperature", "d", "25");
    assert.match(refused.stderr, /Temperature/);
    const again = await stage.run("18", (nodes) =>
      nodes.map((node) => (node.name === "it is 18 °C" ? { ...node, payload: "21" } : node)),
    );
    await isOnBus(object[0]);
    assert.equal(await ask("get-property", ...object, "Target"), "d 21.5", "it is kept over a deploy");
    await again.press("it is 18 °C");
    assert.equal(await again.payloadAt("heating"), true, "the flow goes by the target that was kept");
  });

  it("19 is a media player as clients of MPRIS expect one: two interfaces on one object", async () => {
    const example = await stage.run("19");
    const at = ["org.mpris.MediaPlayer2.nodered", "/org/mpris/MediaPlayer2"] as const;
    const player = [...at, "org.mpris.MediaPlayer2.Player"] as const;
    await isOnBus(at[0]);
    const traffic = await busTraffic(stage.session);
    try {
      const all = async (interfaceName: string) => {
        const call = ["call", ...at, "org.freedesktop.DBus.Properties", "GetAll", "s", interfaceName];
        return JSON.parse(await ask("--json=short", ...call)).data[0];
      };
      const signatures = (properties: object) =>
        Object.fromEntries(Object.entries(properties).map(([name, { type }]) => [name, type]));
      const root = await all("org.mpris.MediaPlayer2");
      assert.deepEqual(signatures(root), MPRIS_ROOT);
      assert.equal(root.Identity.data, "Node-RED");
      const first = await all("org.mpris.MediaPlayer2.Player");
      assert.deepEqual(signatures(first), MPRIS_PLAYER);
      assert.equal(first.PlaybackStatus.data, "Stopped");
      const announced = async (property: string) => {
        const { payload } = await traffic.messages.first(
          ({ member, path, payload: sent }) =>
            member === "PropertiesChanged" && path === at[1] && Object.hasOwn(Object(sent?.data[1]), property),
        );
        return [payload?.data[0], Object(payload?.data[1])[property]];
      };
      await ask("call", ...player, "PlayPause");
      assert.equal(await example.payloadAt("command"), "PlayPause");
      assert.deepEqual(await announced("PlaybackStatus"), [player[2], { type: "s", data: "Playing" }]);
      assert.equal(await ask("get-property", ...player, "PlaybackStatus"), 's "Playing"');
      await ask("set-property", ...player, "Volume", "d", "0.5");
      assert.equal(await example.payloadAt("volume"), 0.5);
      assert.deepEqual(await announced("Volume"), [player[2], { type: "d", data: 0.5 }]);
      await ask("set-property", ...player, "Rate", "d", "2");
      await eventuallyAsync(async () => (await ask("get-property", ...player, "Rate")) === "d 1");
      await example.press("a new title");
      const [, metadata] = await announced("Metadata");
      assert.deepEqual(metadata.data["mpris:trackid"], { type: "o", data: "/nodered/track/1" });
      assert.deepEqual(metadata.data["xesam:artist"], { type: "as", data: ["An artist"] });
      for (const method of ["Raise", "Quit"]) await ask("call", ...at, "org.mpris.MediaPlayer2", method);
      await ask("call", ...player, "SetPosition", "ox", "/nodered/track/1", "0");
    } finally {
      await traffic.stop();
    }
  });

  it("20 obeys whom it means to on the system bus, where its comment's command lets everybody call", async () => {
    const [, about] = readExample("20");
    const [command = ""] = String(about?.["info"]).match(/^sudo npx .*$/m) ?? [];
    const installed = await runHelper(command, stage.system, { nodered: userInfo().username });
    assert.match(installed.stdout, /^In force: /m);
    const example = await stage.run("20");
    const gate = ["com.example.Gate", "/com/example/Gate", "com.example.Gate"] as const;
    await eventuallyAsync(async () => (await busctl(stage.system, "status", gate[0])).code === 0, { what: gate[0] });
    const as = (uid: number, ...args: readonly string[]) =>
      run("busctl", [`--address=${stage.system.address}`, ...args], { uid });
    const stranger = await as(65534, "call", ...gate, "Open");
    assert.deepEqual([stranger.code, stranger.stderr], [1, "Call failed: the gate does not obey user 65534\n"]);
    assert.equal((await as(65534, "get-property", ...gate, "State")).stdout, 's "closed"\n');
    assert.equal((await as(0, "call", ...gate, "Open")).stdout, 's "open"\n');
    assert.equal(await example.payloadAt("answered", (payload) => payload === "open"), "open");
    await eventuallyAsync(async () => (await as(65534, "get-property", ...gate, "State")).stdout === 's "open"\n');
    assert.equal((await as(0, "call", ...gate, "Close")).stdout, 's "closed"\n');
  });
});

/** Every property that the MPRIS specification 2.2 does not call optional, by its type. */
const MPRIS_ROOT = {
  Identity: "s",
  CanQuit: "b",
  CanRaise: "b",
  HasTrackList: "b",
  SupportedUriSchemes: "as",
  SupportedMimeTypes: "as",
};
const MPRIS_PLAYER = {
  PlaybackStatus: "s",
  Rate: "d",
  MinimumRate: "d",
  MaximumRate: "d",
  Metadata: "a{sv}",
  Volume: "d",
  Position: "x",
  CanGoNext: "b",
  CanGoPrevious: "b",
  CanPlay: "b",
  CanPause: "b",
  CanSeek: "b",
  CanControl: "b",
};
