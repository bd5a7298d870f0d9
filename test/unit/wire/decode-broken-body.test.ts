import assert from "node:assert/strict";
import { frameLength } from "../../../lib/wire/frame";
import { decodeMessage } from "../../../lib/wire/incoming-message";
import type { DecodeOptions } from "../../../lib/wire/types";
import { errorText } from "../../support/faults";
import { withinProcessorTime } from "../../support/processor-time";
import { ReferenceEncoder, referenceFrame } from "../../support/reference-encoder";

const plain: DecodeOptions = { int64: "auto", keepTypes: false };

/** The bytes of values, for a body that is then broken. */
const bytesOf = (signature: string, ...values: unknown[]) => new ReferenceEncoder(true).values(signature, values);

const bodyRefused = (signature: string, body: Buffer | ReferenceEncoder | readonly unknown[], little = true) =>
  errorText("DBUS_BAD_MESSAGE", () => {
    const bytes = body instanceof ReferenceEncoder ? Buffer.from(body.bytes) : body;
    return decodeMessage(referenceFrame({ little, signature, body: bytes })).body(plain);
  });

describe("bodies that come in broken", () => {
  it("cut off anywhere", () => {
    const signature = "ybnqiuxtdsogaya{sv}a(yx)v";
    const values = [1, true, 2, 3, 4, 5, 6n, 7n, 8, "s", "/o", "g", [1], [["k", ["s", "v"]]], [[1, 2n]], ["as", ["x"]]];
    const whole = Buffer.from(bytesOf(signature, ...values).bytes);
    for (let length = 0; length < whole.length; length++) {
      assert.match(bodyRefused(signature, whole.subarray(0, length)), /goes on behind its end|array of \d+ bytes/);
    }
  });

  it("longer than the signature", () => {
    assert.match(bodyRefused("y", Buffer.from([1, 2])), /longer than its signature says$/);
  });

  it("padding that is not zero", () => {
    assert.match(bodyRefused("yu", Buffer.from([1, 0, 0, 1, 2, 0, 0, 0])), /padding/);
    assert.match(bodyRefused("ax", Buffer.from([0, 0, 0, 0, 1, 0, 0, 0])), /padding/);
    assert.match(bodyRefused("a{yy}", Buffer.from([0, 0, 0, 0, 0, 0, 0, 1])), /padding/);
    assert.match(bodyRefused("y(y)", Buffer.from([1, 0, 0, 0, 0, 0, 9, 0, 1])), /padding/);
  });

  it("booleans other than 0 and 1", () => {
    assert.match(bodyRefused("b", bytesOf("u", 2)), /a boolean is 0 or 1, got 2$/);
    assert.match(bodyRefused("ab", bytesOf("au", [1, 0xffff_ffff])), /got 4294967295$/);
    assert.match(bodyRefused("b", Buffer.from([0, 0, 0, 2]), false), /got 2$/);
  });

  it("strings: NUL inside, none at the end, not UTF-8", () => {
    for (const rest of [0, 100]) {
      const text = (...bytes: number[]) => bytesOf("s", Buffer.from([...bytes, ...new Array(rest).fill(0x61)]));
      assert.match(bodyRefused("s", text(0x61, 0, 0x62)), /NUL character in a string$/);
      // Too long a form, a surrogate, beyond Unicode, cut off, a lone continuation.
      for (const bytes of [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc3], [0x80], [0xff]]) {
        assert.match(bodyRefused("s", text(...bytes)), /not valid UTF-8$/);
      }
    }
    assert.match(bodyRefused("s", Buffer.from([1, 0, 0, 0, 0x61, 0x62])), /without the NUL at its end$/);
    assert.match(bodyRefused("s", Buffer.from([0xff, 0xff, 0xff, 0xff, 0x61, 0])), /goes on behind its end$/);
    assert.match(bodyRefused("a{sy}", bytesOf("a{sy}", [[Buffer.from([0xff]), 1]])), /not valid UTF-8$/);
    assert.match(bodyRefused("a{sy}", bytesOf("a{sy}", [[Buffer.from([0x61, 0]), 1]])), /NUL character/);
  });

  it("paths and signatures that are none", () => {
    assert.match(bodyRefused("o", bytesOf("s", "a")), /begins with a slash/);
    assert.match(bodyRefused("o", bytesOf("s", "a".repeat(10_000))), /a name or path of 10000 characters/);
    assert.match(bodyRefused("g", Buffer.from([2, 0x61, 0x7b, 0])), /the signature “a\{”/);
    assert.match(bodyRefused("g", Buffer.from([0, 1])), /without the NUL at its end$/);
  });

  it("variants of no type, of two, of an empty struct", () => {
    assert.match(bodyRefused("v", Buffer.from([0, 0])), /a variant with the signature “”/);
    assert.match(bodyRefused("v", Buffer.from([2, 0x79, 0x79, 0, 1, 1])), /a variant with the signature “yy”/);
    assert.match(bodyRefused("v", Buffer.from([3, 0x61, 0x28, 0x29, 0])), /an empty struct/);
  });

  it("arrays that do not end where they say", () => {
    assert.match(bodyRefused("au", Buffer.from([6, 0, 0, 0, 1, 0, 0, 0, 2, 0])), /goes on behind its end$/);
    assert.match(bodyRefused("aau", Buffer.from([8, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0])), /an array of 8 bytes/);
    for (const signature of ["ay", "au", "ax", "as", "a(y)", "a{yv}", "av"]) {
      for (const length of [0x8000_0000, 0xffff_ffff, 64 * 1024 * 1024 + 1, 0x0010_0000]) {
        withinProcessorTime(1_000, () => bodyRefused(signature, bytesOf("uu", length, 0)));
      }
    }
  });

  it("variants in variants: 64 are read, 65 and 20,000 are refused at once", () => {
    const nested = (depth: number) =>
      Buffer.concat([...new Array(depth - 1).fill(Buffer.from([1, 0x76, 0])), Buffer.from([1, 0x79, 0, 7])]);
    assert.deepEqual(
      decodeMessage(referenceFrame({ little: true, signature: "v", body: nested(64) })).body(plain),
      [7],
    );
    for (const depth of [65, 20_000, 1_000_000]) {
      const frame = referenceFrame({ little: true, signature: "v", body: nested(depth) });
      const text = withinProcessorTime(1_000, () =>
        errorText("DBUS_BAD_MESSAGE", () => decodeMessage(frame).body(plain)),
      );
      assert.match(text, /nested deeper than 64 levels$/);
    }
  });

  it("also in a header field that nobody knows", () => {
    const frame = referenceFrame({ little: true, fields: [[99, "s", "x"]], signature: "", body: [], type: 9 });
    const nested = Buffer.from([1, 0x76, 0]);
    const fields = Buffer.concat([Buffer.from([99]), ...new Array(20_000).fill(nested), Buffer.from([1, 0x79, 0, 7])]);
    const header = Buffer.from(frame.subarray(0, 16));
    header.writeUInt32LE(fields.length, 12);
    const whole = Buffer.concat([header, fields, Buffer.alloc(-fields.length & 7)]);
    assert.equal(frameLength(whole, 0, whole.length), whole.length);
    assert.match(
      errorText("DBUS_BAD_MESSAGE", () => decodeMessage(whole)),
      /nested deeper than 64 levels$/,
    );
  });

  it("file descriptors, wherever they are", () => {
    const refused = (signature: string, body: readonly unknown[]) =>
      errorText("DBUS_UNSUPPORTED_TYPE", () =>
        decodeMessage(referenceFrame({ little: true, signature, body })).body(plain),
      );
    assert.equal(refused("h", [0]), "file descriptors are not supported");
    assert.equal(refused("a(sh)", [[["x", 0]]]), "file descriptors are not supported");
    assert.equal(refused("v", [["ah", [0]]]), "file descriptors are not supported");
  });
});
