import assert from "node:assert/strict";
import { DBusNodeError } from "../../../lib/errors";
import { encodeMessage } from "../../../lib/wire/encode-message";
import { frameLength } from "../../../lib/wire/frame";
import { decodeMessage } from "../../../lib/wire/incoming-message";
import { METHOD_RETURN } from "../../../lib/wire/types";
import { capturedFrames } from "../../support/captured-frames";
import { withinProcessorTime } from "../../support/processor-time";
import { Random } from "../../support/random";

/** No frame, however broken, may hold up the event loop, or throw anything but our own error. */
const MOST_MS = 1_000;

function survives(frame: Buffer, what: string): void {
  withinProcessorTime(MOST_MS, () => decode(frame, what), `${what}: ${frame.toString("hex")}`);
}

function decode(frame: Buffer, what: string): void {
  try {
    const length = frameLength(frame, 0, frame.length);
    if (length !== undefined && length <= frame.length) {
      decodeMessage(frame, 0, length).body({ int64: "auto", keepTypes: false });
    }
  } catch (error) {
    if (!(error instanceof DBusNodeError)) throw new Error(`${what}: ${frame.toString("hex")}`, { cause: error });
    assert.ok(error.code === "DBUS_BAD_MESSAGE" || error.code === "DBUS_UNSUPPORTED_TYPE", error.message);
  }
}

describe("broken frames", () => {
  const frames = Object.values(capturedFrames);

  it("random bytes behind a valid start", () => {
    const random = new Random(1);
    for (let round = 0; round < 3000; round++) {
      const frame = random.bytes(16 + random.below(200));
      frame[0] = random.below(2) === 0 ? 0x6c : 0x42;
      frame[3] = 1;
      const fields = random.below(frame.length - 16);
      const little = frame[0] === 0x6c;
      const body = Math.max(0, frame.length - ((16 + fields + 7) & ~7));
      for (const [value, at] of [
        [body, 4],
        [fields, 12],
      ] as const) {
        if (little) frame.writeUInt32LE(value, at);
        else frame.writeUInt32BE(value, at);
      }
      survives(frame, `round ${round}`);
    }
  });

  it("valid frames with any one bit changed", () => {
    for (const original of frames) {
      for (let bit = 0; bit < original.length * 8; bit++) {
        const frame = Buffer.from(original);
        frame[bit >> 3] = (frame[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        survives(frame, `bit ${bit}`);
      }
    }
  });

  it("valid frames with several bytes changed", () => {
    const random = new Random(2);
    for (let round = 0; round < 5000; round++) {
      const frame = Buffer.from(random.pick(frames));
      for (let count = 1 + random.below(4); count > 0; count--) frame[random.below(frame.length)] = random.below(256);
      survives(frame, `round ${round}`);
    }
  });

  it("valid frames cut off, their length made to fit", () => {
    for (const original of frames) {
      const little = original[0] === 0x6c;
      const body = little ? original.readUInt32LE(4) : original.readUInt32BE(4);
      for (let less = 1; less <= body; less++) {
        const frame = Buffer.from(original.subarray(0, original.length - less));
        if (little) frame.writeUInt32LE(body - less, 4);
        else frame.writeUInt32BE(body - less, 4);
        assert.throws(() => decodeMessage(frame).body({ int64: "auto", keepTypes: false }), DBusNodeError);
        survives(frame, `${less} bytes less`);
      }
    }
  });
});

describe("random values", () => {
  it("that can be sent come back as they were; others are refused with our own error", () => {
    const random = new Random(3);
    let sent = 0;
    for (let round = 0; round < 3000; round++) {
      const value = random.value(4);
      let frame: Buffer;
      try {
        frame = Buffer.concat(
          encodeMessage({ type: METHOD_RETURN, flags: 1, replySerial: 1, signature: "v", body: [value] }, 1),
        );
      } catch (error) {
        assert.ok(error instanceof DBusNodeError && error.code === "DBUS_INVALID_ARGUMENT", String(error));
        continue;
      }
      sent++;
      assert.equal(frameLength(frame, 0, frame.length), frame.length);
      const [back] = decodeMessage(frame).body({ int64: "auto", keepTypes: false });
      assert.deepEqual(back, value);
      const [typed] = decodeMessage(frame).body({ int64: "auto", keepTypes: true });
      const again = Buffer.concat(
        encodeMessage({ type: METHOD_RETURN, flags: 1, replySerial: 1, signature: "v", body: [typed] }, 1),
      );
      assert.ok(again.equals(frame));
    }
    assert.ok(sent > 1000, `${sent} of 3000 could be sent`);
  });
});
