import assert from "node:assert/strict";
import { english } from "../support/english";
import { busCall, hello } from "../support/hello";
import { linkSuite } from "../support/link-suite";
import { failure } from "../support/raw-peer";
import { signalFrame } from "../support/signal-frame";
import { eventually } from "../support/until";

describe("link: its end on a real bus", () => {
  const suite = linkSuite();

  it("tells once when the daemon is killed, and connects again when it is back", async () => {
    const { recorder, link } = await suite.join();
    await suite.bus.kill("SIGKILL");
    const [error] = await recorder.closed.until(1);
    assert.equal(error?.code, "DBUS_DISCONNECTED");
    assert.match(english(error.text), /the connection to unix:path=.* was lost: the bus closed it/);
    link.send(busCall("ListNames", 2));
    await link.whenDrained();
    link.close();
    assert.equal(link.bufferedBytes, 0);
    assert.equal((await failure(hello(suite.bus.address))).code, "DBUS_NO_BUS");
    await suite.bus.restart();
    assert.match(await hello(suite.bus.address), /^:1\./);
    assert.equal(recorder.closed.items.length, 1);
  });

  it("is silent after close, and what was sent before still goes out", async () => {
    const receiver = await suite.join();
    const sender = await suite.join();
    for (let index = 0; index < 50; index++) sender.link.send(signalFrame(index + 2, "u", [index], receiver.name));
    sender.link.close();
    sender.link.close();
    sender.link.send(signalFrame(99, "u", [99], receiver.name));
    const told = sender.recorder.messages.items.length;
    await receiver.recorder.messages.until(52);
    await suite.bus.kill();
    await receiver.recorder.closed.until(1);
    assert.equal(receiver.recorder.messages.items.length, 52);
    assert.deepEqual([sender.recorder.messages.items.length, sender.recorder.closed.items.length], [told, 0]);
  });

  it("delivers nothing after a close from within onMessage", async () => {
    const receiver = await suite.join();
    receiver.recorder.onMessage = ({ member }) => {
      if (member === "D") receiver.link.close();
    };
    const sender = await suite.join();
    for (let index = 0; index < 50; index++) sender.link.send(signalFrame(index + 2, "", [], receiver.name));
    await eventually(() => receiver.recorder.messages.items.some(({ member }) => member === "D"));
    await hello(suite.bus.address);
    assert.equal(receiver.recorder.messages.items.filter(({ member }) => member === "D").length, 1);
  });

  it("ends within a second of close, though the bus hangs", async () => {
    const { link, recorder } = await suite.join();
    suite.bus.signal("SIGSTOP");
    for (let index = 0; index < 100; index++) link.send(signalFrame(index + 2, "ay", [Buffer.alloc(100_000)]));
    const drained = link.whenDrained();
    link.close();
    await drained;
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === "PipeWrap").length;
    const before = sockets();
    await eventually(() => sockets() < before, { within: 3_000, what: "the socket's end" });
    suite.bus.signal("SIGCONT");
    assert.equal(recorder.closed.items.length, 0);
  });
});
