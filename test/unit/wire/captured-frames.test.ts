import assert from "node:assert/strict";
import { encodeMessage } from "../../../lib/wire/encode-message";
import { frameLength } from "../../../lib/wire/frame";
import { decodeMessage } from "../../../lib/wire/incoming-message";
import type { DecodeOptions } from "../../../lib/wire/types";
import { capturedFrames } from "../../support/captured-frames";

const plain: DecodeOptions = { int64: "auto", keepTypes: false };
const typed: DecodeOptions = { int64: "auto", keepTypes: true };

const glibBody = [
  254,
  true,
  -2,
  65_534,
  -3,
  4_294_967_293,
  "-9007199254740993",
  "18446744073709551615",
  -0.5,
  "héllo 😀",
  "/a/b",
  "a{sv}",
  Buffer.from([1, 2, 3]),
  { one: 1, two: ["x", ""], t: 1 },
  [[7, false]],
  [],
];

describe("frames of other implementations", () => {
  for (const name of ["glibLittle", "glibBig"] as const) {
    it(`are read: ${name}`, () => {
      const frame = capturedFrames[name];
      assert.equal(frameLength(frame, 0, frame.length), frame.length);
      const message = decodeMessage(frame);
      assert.equal(message.type, 1);
      assert.equal(message.serial, 0x0102_0304);
      assert.equal(message.path, "/org/example/Object");
      assert.equal(message.interface, "org.example.Interface");
      assert.equal(message.member, "Method");
      assert.equal(message.destination, "org.example.Service");
      assert.equal(message.sender, undefined);
      assert.deepEqual(message.body(plain), glibBody);
    });
  }

  it("are read: dbus-send, busctl, gdbus", () => {
    const body = (frame: Buffer) => decodeMessage(frame).body(plain);
    assert.deepEqual(body(capturedFrames.libdbusSignal), [
      "héllo",
      -5,
      7,
      9,
      true,
      1.5,
      -9_000_000_000,
      "18000000000000000000",
      "/x/y",
      [1, 2, 3],
      { a: 1, b: 2 },
      "v",
      [],
    ]);
    assert.deepEqual(body(capturedFrames.sdBusSignal), [
      "name",
      { k1: 5, k2: ["x", "y"] },
      Buffer.from([1, 2, 3]),
      [4, "inside"],
      -1,
    ]);
    assert.deepEqual(body(capturedFrames.glibSignal), ["text", { k: Buffer.from([1, 2]), e: [] }, [true, -2, 2.5]]);
  });

  it("are written again byte for byte from what was read of them", () => {
    for (const frame of Object.values(capturedFrames)) {
      if (frame[0] === 0x42) continue;
      const message = decodeMessage(frame);
      const again = Buffer.concat(
        encodeMessage({ ...message, signature: message.signature, body: message.body(typed) }, message.serial),
      );
      // The order of header fields is free, and a client does not write the sender: compare the body.
      assert.deepEqual(bodyOf(again), bodyOf(frame));
    }
  });
});

function bodyOf(frame: Buffer): Buffer {
  return frame.subarray(frame.length - frame.readUInt32LE(4));
}
