import assert from "node:assert/strict";
import { type Link, openLink } from "../../lib/wire/link";
import { english } from "../support/english";
import { authenticates, FAKE_GUID, sends, sendsForEver } from "../support/fake-bus";
import { HostileLink, MEMORY_BYTES } from "../support/hostile-link";
import { signalFrame } from "../support/signal-frame";
import { eventually } from "../support/until";

function signal(serial: number, signature?: string, body?: readonly unknown[]): Buffer {
  return Buffer.concat(signalFrame(serial, signature, body));
}

/** The same message with one byte changed. */
function spoilt(message: Buffer, position: number, value: number): Buffer {
  const copy = Buffer.from(message);
  copy[position] = value;
  return copy;
}

/** A message whose frame is sound and whose path is not. */
const BAD_PATH = spoilt(signal(7), signal(7).indexOf("/a"), "?".charCodeAt(0));
const UNKNOWN_TYPE = spoilt(signal(8), 1, 77);
/** A fixed header that claims 127 MiB of body. */
const CLAIMS_MUCH = spoilt(signal(9).subarray(0, 16), 7, 0x07);

describe("link: a hostile bus after authentication", () => {
  let hostile: HostileLink;

  beforeEach(() => {
    hostile = new HostileLink();
  });
  afterEach(() => hostile.stop());

  it("keeps what comes in one chunk with OK until the link is in hand", async () => {
    const early = Buffer.concat([signal(1), signal(2, "s", ["early"]), signal(3).subarray(0, 20)]);
    let told = false;
    hostile.recorder.onMessage = () => {
      assert.ok(told, "nothing comes before the opener has the link");
    };
    await hostile.open(authenticates((socket) => void socket.write(signal(3).subarray(20)), early));
    told = true;
    assert.deepEqual(hostile.recorder.messages.items, []);
    const messages = await hostile.recorder.messages.until(3);
    assert.deepEqual(
      messages.map(({ serial }) => serial),
      [1, 2, 3],
    );
    assert.deepEqual(hostile.recorder.listenerErrors.items, []);
  });

  it("is silent when it is closed as soon as it is in hand", async () => {
    const opened = await hostile.open(authenticates((socket) => void socket.end(signal(2)), signal(1)));
    opened.close();
    const [socket] = hostile.bus.connections.items;
    await eventually(() => socket?.closed === true, { what: "the socket's end" });
    assert.deepEqual([hostile.recorder.messages.items, hostile.recorder.closed.items], [[], []]);
  });

  it("delivers what came before the end, then tells of the end", async () => {
    const error = await hostile.end(Buffer.concat([signal(1), signal(2)]));
    assert.equal(error.code, "DBUS_DISCONNECTED");
    assert.equal(hostile.recorder.messages.items.length, 2);
  });

  it("tells of an end that came with OK", async () => {
    const fake = await hostile.play((socket) => void socket.end(`OK ${FAKE_GUID}\r\n`));
    hostile.keep(await hostile.recorder.open(fake.address));
    const [error] = await hostile.recorder.closed.until(1);
    assert.equal(error?.code, "DBUS_AUTH_REFUSED");
    assert.match(english(error.text), /does not let the user with id \d+ in/);
  });

  it("drops a message whose content is bad, and delivers the next", async () => {
    await hostile.open(authenticates(sends(Buffer.concat([signal(1), BAD_PATH, signal(2)]))));
    await hostile.recorder.messages.until(2);
    assert.deepEqual(
      hostile.recorder.badMessages.items.map(({ code }) => code),
      ["DBUS_BAD_MESSAGE"],
    );
    assert.equal(hostile.recorder.closed.items.length, 0);
  });

  it("ignores a message of a type that nobody knows", async () => {
    await hostile.open(authenticates(sends(Buffer.concat([UNKNOWN_TYPE, signal(2)]))));
    const [message] = await hostile.recorder.messages.until(1);
    assert.equal(message?.serial, 2);
    assert.deepEqual(hostile.recorder.badMessages.items, []);
  });

  it("puts messages together that come byte by byte", async () => {
    const bytes = Buffer.concat([signal(1, "s", ["slow"]), BAD_PATH, signal(2, "ay", [Buffer.alloc(100)])]);
    await hostile.open(
      authenticates((socket) => {
        socket.setNoDelay(true);
        let position = 0;
        const next = (): void => {
          if (position === bytes.length) return;
          socket.write(bytes.subarray(position, ++position), () => setImmediate(next));
        };
        next();
      }),
      5_000,
      "tcp",
    );
    const messages = await hostile.recorder.messages.until(2);
    assert.deepEqual(
      messages.map(({ body }) => body),
      [["slow"], [Buffer.alloc(100)]],
    );
  });

  for (const [what, bytes] of [
    ["garbage", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["a good message and then garbage", Buffer.concat([signal(1), Buffer.alloc(100, 0xff)])],
    ["a message of the wrong protocol version", spoilt(signal(1), 3, 2)],
    ["a serial of zero", spoilt(signal(1), 8, 0)],
    ["a length over 128 MiB", spoilt(signal(1), 7, 0x09)],
  ] as const) {
    it(`sends ${what}: closes cleanly`, async () => {
      const error = await hostile.end(bytes);
      assert.equal(error.code, "DBUS_BAD_MESSAGE");
      assert.notEqual(english(error.text), "");
      await eventually(() => hostile.bus.connections.items[0]?.destroyed === true, { what: "the socket's end" });
    });
  }

  it("stops in the middle of a message: tells of the end", async () => {
    const error = await hostile.end(signal(1, "s", ["truncated"]).subarray(0, -3));
    assert.equal(error.code, "DBUS_DISCONNECTED");
    assert.equal(hostile.recorder.messages.items.length, 0);
  });

  it("claims 127 MiB on many links and sends little: bounded memory", async () => {
    const links: Link[] = [];
    const fake = await hostile.play(authenticates(sends(Buffer.concat([signal(1), CLAIMS_MUCH, Buffer.alloc(1_000)]))));
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 16; count++) links.push(await hostile.recorder.open(fake.address));
    await hostile.recorder.messages.until(16);
    const each = (process.memoryUsage().arrayBuffers - before) / links.length;
    for (const one of links) one.close();
    assert.ok(each < 2 * 1024 * 1024, `${each} bytes for each`);
  });

  it("sends bad messages without end: bounded memory, and the event loop turns", async () => {
    let bad = 0;
    const flood = Buffer.concat(Array.from({ length: 500 }, () => BAD_PATH));
    const fake = await hostile.play(authenticates(sendsForEver(flood)));
    const before = process.memoryUsage();
    const link = await openLink(fake.address, {
      timeoutMs: 5_000,
      onMessage: () => assert.fail("no message is good"),
      onClose: hostile.recorder.closed.add,
      onBadMessage: () => {
        bad++;
      },
    });
    hostile.keep(link);
    await eventually(() => bad > 100_000);
    const after = process.memoryUsage();
    assert.ok(after.arrayBuffers - before.arrayBuffers < MEMORY_BYTES);
    assert.equal(hostile.recorder.closed.items.length, 0);
  });

  it("takes nothing that we send: counted, and the link can be closed", async () => {
    const opened = await hostile.open(authenticates((socket) => void socket.pause()));
    for (let count = 0; count < 100; count++) opened.send([Buffer.alloc(100_000)]);
    assert.ok(opened.bufferedBytes > 5_000_000);
    const drained = opened.whenDrained();
    opened.close();
    await drained;
    assert.equal(opened.bufferedBytes, 0);
  });

  it("resets the connection while we send: one end, no exception", async () => {
    const opened = await hostile.open(
      authenticates((socket) => void socket.resetAndDestroy()),
      5_000,
      "tcp",
    );
    for (let count = 0; count < 1_000; count++) opened.send([Buffer.alloc(10_000)]);
    const drained = opened.whenDrained();
    await hostile.recorder.closed.until(1);
    await drained;
    opened.send([Buffer.alloc(10)]);
  });
});
