import assert from "node:assert/strict";
import { DBusNodeError } from "../../../lib/errors";
import { encodeMessage } from "../../../lib/wire/encode-message";
import { FrameReader } from "../../../lib/wire/frame-reader";
import { SIGNAL } from "../../../lib/wire/types";

function signal(serial: number, signature: string, body: readonly unknown[]): Buffer {
  const message = { type: SIGNAL, flags: 0, path: "/a", interface: "b.c", member: "D", signature, body };
  return Buffer.concat(encodeMessage(message, serial));
}

/** A little-endian fixed header that claims so many bytes of body. */
function header(bodyLength: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.write("l", 0);
  bytes[1] = SIGNAL;
  bytes[3] = 1;
  bytes.writeUInt32LE(bodyLength, 4);
  bytes.writeUInt32LE(1, 8);
  return bytes;
}

/** Copies of the frames that come out when the chunks go in. The chunks' memory is overwritten after each. */
function frames(chunks: readonly Uint8Array[]): Buffer[] {
  const found: Buffer[] = [];
  const reader = new FrameReader((frame, start, end) => found.push(Buffer.from(frame.subarray(start, end))));
  for (const chunk of chunks) {
    const volatile = Buffer.from(chunk);
    reader.push(volatile);
    volatile.fill(0xee);
  }
  return found;
}

const MESSAGES = [
  signal(1, "", []),
  signal(2, "s", ["short"]),
  signal(3, "a{sv}", [{ one: 1, two: "zwei", three: [1, 2, 3] }]),
  signal(4, "ay", [Buffer.alloc(300, 7)]),
];
const STREAM = Buffer.concat(MESSAGES);

describe("wire: frame reader", () => {
  it("hands whole messages over where they are", () => {
    const found: [Buffer, number, number, boolean][] = [];
    new FrameReader((...frame) => found.push(frame)).push(STREAM);
    assert.equal(found.length, MESSAGES.length);
    assert.ok(found.every(([frame, , , owned]) => frame === STREAM && !owned));
  });

  it("puts messages together that are split at any one position", () => {
    for (let at = 0; at <= STREAM.length; at++) {
      assert.deepEqual(frames([STREAM.subarray(0, at), STREAM.subarray(at)]), MESSAGES, `split at ${at}`);
    }
  });

  it("puts messages together that are split at any two positions of the first", () => {
    const first = Buffer.concat(MESSAGES.slice(0, 2));
    for (let a = 0; a <= first.length; a++) {
      for (let b = a; b <= first.length; b++) {
        const chunks = [first.subarray(0, a), first.subarray(a, b), first.subarray(b)];
        assert.deepEqual(frames(chunks), MESSAGES.slice(0, 2), `split at ${a} and ${b}`);
      }
    }
  });

  it("puts messages together byte by byte", () => {
    assert.deepEqual(frames(Array.from(STREAM, (byte) => Uint8Array.of(byte))), MESSAGES);
  });

  for (const size of [65_400, 65_536, 70_000, 1_048_576, 5_000_000]) {
    it(`puts a message of ${size} bytes together, and what follows it`, () => {
      const big = signal(9, "ay", [Buffer.alloc(size, 3)]);
      const stream = Buffer.concat([STREAM, big, STREAM, big]);
      const chunks: Buffer[] = [];
      for (let at = 0; at < stream.length; at += 65_536) chunks.push(stream.subarray(at, at + 65_536));
      const found = frames(chunks);
      assert.equal(found.length, 2 * MESSAGES.length + 2);
      assert.ok(found[MESSAGES.length]?.equals(big));
      assert.ok(found.at(-1)?.equals(big));
    });
  }

  it("says of a large message that it is owned: later ones leave it as it is", () => {
    const owned: Buffer[] = [];
    const reader = new FrameReader((frame, start, end, mine) => {
      if (mine) owned.push(frame.subarray(start, end));
    });
    const messages = [5, 6, 7].map((serial) => signal(serial, "ay", [Buffer.alloc(100_000, serial)]));
    for (const message of messages) {
      reader.push(message.subarray(0, 50_000));
      reader.push(message.subarray(50_000));
    }
    assert.deepEqual(owned, messages);
  });

  it("allocates nothing for a length that is only claimed", () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 16 }, () => new FrameReader(() => assert.fail("no message is complete")));
    for (const reader of readers) {
      reader.push(header(127 * 1024 * 1024));
      reader.push(Buffer.alloc(100));
    }
    const each = (process.memoryUsage().arrayBuffers - before) / readers.length;
    assert.ok(each < 2 * 1024 * 1024, `${each} bytes were allocated`);
  });

  it("reads a message of the largest size within three times its memory", () => {
    let length = 0;
    const reader = new FrameReader((_, start, end) => {
      length = end - start;
    });
    const body = 128 * 1024 * 1024 - 16;
    const before = process.memoryUsage().arrayBuffers;
    const chunk = Buffer.alloc(65_536);
    reader.push(header(body));
    let most = 0;
    for (let left = body; left > 0; left -= chunk.length) {
      reader.push(left < chunk.length ? chunk.subarray(0, left) : chunk);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    assert.equal(length, body + 16);
    assert.ok(most < 3 * body, `${most} bytes were allocated`);
  });

  for (const [name, bytes] of [
    ["garbage", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["a message that is too long", header(128 * 1024 * 1024)],
    ["another protocol version", Buffer.from(header(0).fill(2, 3, 4))],
  ] as const) {
    it(`throws on ${name}, in one piece or byte by byte`, () => {
      const bad = (error: unknown): boolean => error instanceof DBusNodeError && error.code === "DBUS_BAD_MESSAGE";
      assert.throws(() => frames([bytes]), bad);
      assert.throws(() => frames(Array.from(bytes, (byte) => Uint8Array.of(byte))), bad);
    });
  }

  it("hands nothing over any more once it is stopped, also not of the same chunk", () => {
    let count = 0;
    const reader = new FrameReader(() => {
      count++;
      reader.stop();
    });
    reader.push(STREAM);
    reader.push(STREAM);
    assert.equal(count, 1);
  });
});
