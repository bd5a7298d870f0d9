import assert from "node:assert/strict";
import { frameLength } from "../../../lib/wire/frame";
import { errorText } from "../../support/faults";
import { referenceFrame } from "../../support/reference-encoder";

/** The first 16 bytes of a message. */
function start(little: boolean, change: (bytes: Buffer, write: (value: number, at: number) => void) => void): Buffer {
  const bytes = Buffer.from(referenceFrame({ little, signature: "s", body: ["x"] }));
  change(bytes, (value, at) => (little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at)));
  return bytes;
}

const refused = (bytes: Buffer) => errorText("DBUS_BAD_MESSAGE", () => frameLength(bytes, 0, bytes.length));

describe("the length of a frame", () => {
  for (const little of [true, false]) {
    const order = little ? "little-endian" : "big-endian";

    it(`is known from its first 16 bytes, anywhere in a buffer (${order})`, () => {
      const frame = referenceFrame({ little, signature: "s", body: ["text"] });
      const buffer = Buffer.concat([Buffer.from("before"), frame, Buffer.from("behind")]);
      assert.equal(frameLength(buffer, 6, 16), frame.length);
      assert.equal(frameLength(buffer, 6, buffer.length - 6), frame.length);
      for (let available = 0; available < 16; available++) assert.equal(frameLength(buffer, 6, available), undefined);
    });

    it(`is not trusted over the specification's limits (${order})`, () => {
      const most = 128 * 1024 * 1024;
      const header = 16 + 80;
      const at = (fields: number, body: number) =>
        start(little, (_, write) => {
          write(fields, 12);
          write(body, 4);
        });
      assert.equal(frameLength(at(80, most - header), 0, 16), most);
      assert.match(refused(at(80, most - header + 1)), /134217729 bytes, a message has at most 134217728$/);
      assert.match(refused(at(80, 0xffff_ffff)), /a message has at most/);
      assert.match(refused(at(0xffff_ffff, 0)), /an array of 4294967295 bytes/);
      assert.match(refused(at(64 * 1024 * 1024 + 1, 0)), /an array of 67108865 bytes/);
      assert.equal(frameLength(at(64 * 1024 * 1024, 0), 0, 16), 64 * 1024 * 1024 + 16);
    });

    it(`refuses serial 0 (${order})`, () => {
      assert.match(refused(start(little, (_, write) => write(0, 8))), /its serial is 0$/);
    });
  }

  it("refuses another byte order or protocol version", () => {
    for (const byte of [0, 1, 0x4c, 0x62, 0xff]) {
      assert.match(refused(start(true, (bytes) => bytes.writeUInt8(byte, 0))), new RegExp(`but byte ${byte}$`));
    }
    assert.match(refused(start(true, (bytes) => bytes.writeUInt8(2, 3))), /expected protocol version 1, got 2$/);
  });
});
