import assert from "node:assert/strict";
import { busctl } from "../../support/busctl";
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
    await example.press("alarm 3");
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
  });

  it("19 is a media player by two interfaces on one object", async () => {
    const example = await stage.run("19");
    const at = ["org.mpris.MediaPlayer2.nodered", "/org/mpris/MediaPlayer2"] as const;
    const player = [...at, "org.mpris.MediaPlayer2.Player"] as const;
    await isOnBus(at[0]);
    assert.equal(await ask("get-property", ...at, "org.mpris.MediaPlayer2", "Identity"), 's "Node-RED"');
    assert.equal(await ask("get-property", ...player, "PlaybackStatus"), 's "Stopped"');
    await ask("call", ...player, "PlayPause");
    assert.equal(await example.payloadAt("command"), "PlayPause");
    await eventuallyAsync(async () => (await ask("get-property", ...player, "PlaybackStatus")) === 's "Playing"');
    await ask("set-property", ...player, "Volume", "d", "0.5");
    assert.equal(await example.payloadAt("volume"), 0.5);
    await example.press("a new title");
    await eventuallyAsync(async () => (await ask("get-property", ...player, "Metadata")).includes('"mpris:trackid" o'));
  });
});
