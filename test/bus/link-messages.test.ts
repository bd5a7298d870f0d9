import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { openLink } from "../../lib/wire/link";
import { bounded } from "../support/child";
import { busCall, hello } from "../support/hello";
import { linkSuite } from "../support/link-suite";
import { signalFrame } from "../support/signal-frame";
import { eventually } from "../support/until";

describe("link: messages on a real bus", () => {
  const suite = linkSuite();

  it("delivers 20,000 messages, small and large, in order", async () => {
    const receiver = await suite.join();
    const sender = await suite.join();
    const large = Buffer.alloc(100_000, 1);
    const COUNT = 20_000;
    for (let index = 0; index < COUNT; index++) {
      const body = index % 500 === 0 ? large : Buffer.from(String(index));
      sender.link.send(signalFrame(index + 2, "uay", [index, body], receiver.name));
      if (index % 1_000 === 999) await sender.link.whenDrained();
    }
    // Beside the answer to Hello and NameAcquired.
    await receiver.recorder.messages.until(COUNT + 2);
    const got = receiver.recorder.messages.items.filter(({ member }) => member === "D");
    assert.deepEqual(
      got.map(({ body }) => body[0]),
      Array.from({ length: COUNT }, (_, index) => index),
    );
    assert.ok(got.every(({ body }, index) => index % 500 !== 0 || large.equals(body[1] as Buffer)));
    assert.ok(got.every(({ body }, index) => index % 500 === 0 || String(body[1]) === String(index)));
  });

  it("carries a message of 30 MiB", async () => {
    const { link, name, recorder } = await suite.join();
    const bytes = Buffer.alloc(30 * 1024 * 1024, 5);
    link.send(signalFrame(2, "ay", [bytes], name));
    const { body } = await recorder.messages.first(({ member }) => member === "D");
    assert.ok(bytes.equals(body[0] as Buffer));
  });

  it("goes on after a listener that throws", async () => {
    const { recorder, link } = await suite.join();
    await recorder.messages.first(({ member }) => member === "NameAcquired");
    const thrown = new Error("of the listener");
    recorder.onMessage = () => {
      throw thrown;
    };
    for (const serial of [2, 3, 4]) link.send(busCall("GetId", serial));
    await recorder.messages.first(({ replySerial }) => replySerial === 4);
    assert.deepEqual(recorder.listenerErrors.items, [thrown, thrown, thrown]);
    assert.equal(recorder.closed.items.length, 0);
  });

  it("goes on after callbacks that all throw", async () => {
    let count = 0;
    const fail = (): never => {
      count++;
      throw new Error("of the listener");
    };
    const callbacks = { onMessage: fail, onListenerError: fail, onClose: fail };
    const link = await openLink(suite.bus.address, { timeoutMs: 5_000, ...callbacks });
    link.send(busCall("Hello", 1));
    await eventually(() => count === 4, { what: "two messages, each with its error" });
    await suite.bus.kill();
    await eventually(() => count === 6, { what: "the end, with its error" });
  });

  it("counts what a bus that hangs does not take, and says when it has been taken", async () => {
    const { link } = await suite.join();
    suite.bus.signal("SIGSTOP");
    for (let index = 0; index < 100; index++) link.send(signalFrame(index + 2, "ay", [Buffer.alloc(100_000)]));
    await turn();
    assert.ok(link.bufferedBytes > 5_000_000, `${link.bufferedBytes} bytes`);
    let drained = false;
    const draining = link.whenDrained().then(() => {
      drained = true;
    });
    await hello(suite.bus.address, 100).catch(() => undefined);
    assert.equal(drained, false);
    suite.bus.signal("SIGCONT");
    await bounded(draining, "the bus to take it all");
    assert.equal(link.bufferedBytes, 0);
  });
});
