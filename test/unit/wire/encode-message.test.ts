import assert from "node:assert/strict";
import vm from "node:vm";
import { Variant } from "dbus-next";
import { argumentPlace } from "../../../lib/values/arguments";
import { encodeMessage } from "../../../lib/wire/encode-message";
import { decodeMessage } from "../../../lib/wire/incoming-message";
import { METHOD_CALL, METHOD_RETURN, type OutgoingMessage, SIGNAL } from "../../../lib/wire/types";
import { errorText } from "../../support/faults";
import { referenceFrame, SIGNAL_FIELDS } from "../../support/reference-encoder";

const signal = {
  type: SIGNAL,
  flags: 1,
  path: "/org/example",
  interface: "org.example.Interface",
  member: "Member",
} as const;

const encoded = (signature: string, body: readonly unknown[]) =>
  Buffer.concat(encodeMessage({ ...signal, signature, body }, 1));

/** What the values are on the wire, next to the reference encoder's idea of them. */
function assertBytes(signature: string, body: readonly unknown[], reference: readonly unknown[]): void {
  const expected = referenceFrame({ little: true, fields: SIGNAL_FIELDS, signature, body: reference });
  assert.equal(encoded(signature, body).toString("hex"), expected.toString("hex"));
}

const refused = (signature: string, ...body: unknown[]) =>
  errorText("DBUS_INVALID_ARGUMENT", () => encoded(signature, body));

describe("encoding of values", () => {
  it("the specification's own example of strings", () => {
    const body = encoded("sss", ["foo", "+", "bar"]).subarray(-24);
    assert.equal(body.toString("hex"), "03000000666f6f00010000002b0000000300000062617200");
  });

  it("the specification's own example of an array of 64-bit integers", () => {
    const body = encoded("ax", [[5]]).subarray(-16);
    assert.equal(body.toString("hex"), "08000000000000000500000000000000");
  });

  it("every basic type", () => {
    const values = [1, true, -2, 3, -4, 5, -6n, 7n, 1.5, "text", "/path", "a{sv}"];
    assertBytes("ybnqiuxtdsog", values, values);
  });

  it("extremes of integers", () => {
    const edges = [0xff, -0x8000, 0xffff, -0x80000000, 0xffffffff, -(2n ** 63n), 2n ** 64n - 1n];
    assertBytes("ynqiuxt", edges, edges);
    assertBytes("ynqiuxt", edges.map(String), edges);
  });

  it("text of every length, in ASCII and beyond", () => {
    for (const length of [0, 1, 39, 40, 41, 100, 5000]) {
      for (const unit of ["a", "é", "😀"]) assertBytes("sy", [unit.repeat(length), 1], [unit.repeat(length), 1]);
    }
    assertBytes("s", [`${"a".repeat(39)}é`], [`${"a".repeat(39)}é`]);
  });

  it("containers with their padding", () => {
    assertBytes("ya(yx)", [1, [[2, 3n]]], [1, [[2, 3n]]]);
    assertBytes("yaxy", [1, [], 2], [1, [], 2]);
    assertBytes("ya{sv}y", [1, {}, 2], [1, [], 2]);
    assertBytes(
      "aay",
      [[Buffer.from([1, 2, 3]), [4, "5"], "é"]],
      [
        [
          [1, 2, 3],
          [4, 5],
          [0xc3, 0xa9],
        ],
      ],
    );
    assertBytes(
      "a{s(ii)}",
      [{ a: [1, 2], b: [3, 4] }],
      [
        [
          ["a", [1, 2]],
          ["b", [3, 4]],
        ],
      ],
    );
    assertBytes("ad", [Float64Array.of(1, 2.5)], [[1, 2.5]]);
  });

  it("keys of every basic type, from an object or a Map", () => {
    assertBytes(
      "a{us}",
      [{ 1: "a", 2: "b" }],
      [
        [
          [1, "a"],
          [2, "b"],
        ],
      ],
    );
    assertBytes("a{bs}", [{ true: "a" }], [[[true, "a"]]]);
    assertBytes("a{xy}", [{ "-9007199254740993": 1 }], [[[-9_007_199_254_740_993n, 1]]]);
    assertBytes("a{dy}", [new Map([[0.5, 1]])], [[[0.5, 1]]]);
    assertBytes("a{oy}", [new Map([["/a", 1]])], [[["/a", 1]]]);
    assertBytes("a{sy}", [vm.runInNewContext("new Map([['k', 7]])")], [[["k", 7]]]);
    assertBytes("a{sy}", [JSON.parse('{"__proto__": 1}')], [[["__proto__", 1]]]);
  });

  it("variants: inferred, stated, dbus-next's, nested", () => {
    assertBytes("v", ["x"], [["s", "x"]]);
    assertBytes("v", [[1, 2.5]], [["ad", [1, 2.5]]]);
    assertBytes(
      "v",
      [[1, "a"]],
      [
        [
          "av",
          [
            ["i", 1],
            ["s", "a"],
          ],
        ],
      ],
    );
    assertBytes("v", [{ a: { b: true } }], [["a{sv}", [["a", ["a{sv}", [["b", ["b", true]]]]]]]]);
    assertBytes("v", [{ signature: "q", value: "5" }], [["q", 5]]);
    assertBytes("v", [new Variant("a{sv}", { x: new Variant("y", 1) })], [["a{sv}", [["x", ["y", 1]]]]]);
    assertBytes("v", [{ signature: "v", value: { signature: "g", value: "s" } }], [["v", ["g", "s"]]]);
    assertBytes("av", [[{ signature: "o", value: "/" }]], [[["o", "/"]]]);
  });

  it("flow values of another realm", () => {
    assertBytes(
      "a{sv}",
      [vm.runInNewContext("({a: new Uint8Array([1]), b: [1], c: new Map([['d', 'e']])})")],
      [
        [
          ["a", ["ay", [1]]],
          ["b", ["ai", [1]]],
          ["c", ["a{sv}", [["d", ["s", "e"]]]]],
        ],
      ],
    );
  });

  it("large bytes go out as they are, in their place", () => {
    const large = Buffer.alloc(20_000, 7);
    const list = [...large];
    const chunks = encodeMessage(
      { ...signal, signature: "yaayxa{say}", body: [1, [large, Buffer.from([1]), large], 5, { k: large }] },
      1,
    );
    assert.equal(chunks.filter((chunk) => chunk.buffer === large.buffer && chunk.length === 20_000).length, 3);
    const expected = referenceFrame({
      little: true,
      fields: SIGNAL_FIELDS,
      signature: "yaayxa{say}",
      body: [1, [list, [1], list], 5, [["k", list]]],
    });
    assert.ok(Buffer.concat(chunks).equals(expected));
  });

  it("bytes that may yet shrink are copied", () => {
    const Resizable = ArrayBuffer as unknown as new (
      length: number,
      options: object,
    ) => ArrayBuffer & { resize(length: number): void };
    const memory = new Resizable(20_000, { maxByteLength: 20_000 });
    const chunks = encodeMessage({ ...signal, signature: "ay", body: [new Uint8Array(memory)] }, 1);
    const before = Buffer.concat(chunks).length;
    memory.resize(1);
    assert.equal(Buffer.concat(chunks).length, before);
  });

  it("what is handed out stays as it is while the next message is made", () => {
    const first = encodeMessage({ ...signal, signature: "s", body: ["first"] }, 1);
    const before = Buffer.concat(first).toString("hex");
    encodeMessage({ ...signal, signature: "s", body: ["other"] }, 2);
    assert.equal(Buffer.concat(first).toString("hex"), before);
  });
});

describe("values that cannot be sent", () => {
  it("are named with their argument, type, what was expected and what came", () => {
    assert.equal(refused("is", 1, null), "argument 2 of type s: expected a string, got null");
    assert.equal(refused("y", 256), "argument 1 of type y: expected a whole number from 0 to 255, got 256");
    assert.equal(refused("as", ["a", null]), "argument 1, element 2 of type s: expected a string, got null");
    assert.equal(
      refused("a{sas}", { x: ["a", "b", {}] }),
      "argument 1, key “x”, element 3 of type s: expected a string, got an object",
    );
    assert.equal(refused("(si)", ["a", 0.5]).slice(0, 30), "argument 1, field 2 of type i:");
    assert.equal(
      refused("(si)", ["a"]),
      "argument 1 of type (si): expected an array of 2 elements, got an array of 1 elements",
    );
    assert.equal(refused("(si)", "ab"), "argument 1 of type (si): expected an array of 2 elements, got the text “ab”");
    assert.equal(refused("as", "ab"), "argument 1 of type as: expected an array, got the text “ab”");
    assert.equal(refused("ay", 5), "argument 1 of type ay: expected a Buffer, an array of bytes or a text, got 5");
    assert.equal(refused("ay", [1, 256]).slice(0, 32), "argument 1, element 2 of type y:");
    assert.equal(refused("a{sv}", [1]), "argument 1 of type a{sv}: expected an object or a Map, got an array");
    assert.equal(refused("a{ys}", { x: "a" }).slice(0, 44), "argument 1, key “x” of type y: expected a wh");
    assert.match(refused("v", { a: [null] }), /^argument 1, key “a” of type v: expected a value .*, got null$/);
    assert.match(refused("v", { signature: "a{vs}", value: {} }), /^argument 1 of type v: the signature “a{vs}”/);
    assert.match(refused("v", { signature: "", value: {} }), /^argument 1 of type v: expected one complete type/);
    assert.equal(
      refused("v", { signature: "as", value: [1, null] }),
      "argument 1, element 2 of type s: expected a string, got null",
    );
  });

  it("are named with the argument's name where the caller knows it", () => {
    const text = errorText("DBUS_INVALID_ARGUMENT", () =>
      encodeMessage({ ...signal, signature: "ss", body: ["a", null] }, 1, { place: argumentPlace(["id", "mode"]) }),
    );
    assert.equal(text, "argument 2 (mode) of type s: expected a string, got null");
  });

  it("NUL and lone surrogates, in short and in long text", () => {
    for (const rest of ["", "x".repeat(100), "é".repeat(100)]) {
      assert.match(refused("s", `ab\0${rest}`), /no NUL character; there is one at position 3$/);
      assert.match(refused("s", `ab\ud800${rest}`), /half a surrogate pair at position 3 /);
      assert.match(refused("s", `${rest}\udc00`), /half a surrogate pair/);
      assert.match(refused("ay", `${rest}\udc00`), /^argument 1 of type ay: half a surrogate pair/);
    }
    assert.match(refused("a{sv}", { "a\0": 1 }), /^argument 1, key “a.” of type s: a D-Bus string holds no NUL/);
  });

  it("object paths and signatures against the specification", () => {
    assert.match(refused("o", "a/b"), /^argument 1 of type o: an object path begins with a slash/);
    assert.match(refused("g", "a{"), /^argument 1 of type g: the signature “a{”/);
    assert.match(refused("g", "i".repeat(256)), /at most 255 characters/);
  });

  it("a wrong number of arguments", () => {
    assert.equal(refused("is", 1), "expected 2 arguments for the signature “is”, got 1");
    assert.equal(refused("", 1), "expected 0 arguments for the signature “”, got 1");
  });

  it("file descriptors, before anything else", () => {
    const text = (signature: string, ...body: unknown[]) =>
      errorText("DBUS_UNSUPPORTED_TYPE", () => encoded(signature, body));
    assert.equal(text("sh", null, 1), "argument 2 of type h: file descriptors are not supported");
    assert.equal(text("a{s(ih)}", {}), "argument 1 of type a{s(ih)}: file descriptors are not supported");
    assert.equal(
      text("v", [{ signature: "ah", value: [] }]),
      "argument 1, element 1 of type ah: file descriptors are not supported",
    );
  });

  it("too deep: cycles, and more than 64 containers", () => {
    const cycle: Record<string, unknown> = {};
    cycle["again"] = cycle;
    const list: unknown[] = [];
    list.push(list, 1);
    for (const value of [cycle, list]) {
      assert.match(
        errorText("DBUS_TOO_LARGE", () => encoded("v", [value])),
        /nested deeper than (32|64) levels$/,
      );
    }
    const nested = (depth: number) => {
      let value: unknown = { signature: "y", value: 1 };
      for (let level = 1; level < depth; level++) value = { signature: "v", value };
      return value;
    };
    assert.ok(encoded("v", [nested(64)]).length > 0);
    assert.match(
      errorText("DBUS_TOO_LARGE", () => encoded("v", [nested(65)])),
      /deeper than 64 levels$/,
    );
  });

  it("too large: an array over 64 MiB, a message over 128 MiB", () => {
    const most = Buffer.alloc(64 * 1024 * 1024);
    assert.equal(encodeMessage({ ...signal, signature: "ay", body: [most] }, 1)[1]?.length, most.length);
    const text = (signature: string, ...body: unknown[]) => errorText("DBUS_TOO_LARGE", () => encoded(signature, body));
    assert.match(
      text("ay", Buffer.alloc(most.length + 1)),
      /^argument 1 of type ay: an array has at most 67108864 bytes/,
    );
    assert.match(
      text("aay", [most, most.subarray(0, 1)]),
      /^argument 1 of type aay: an array has at most 67108864 bytes/,
    );
    assert.match(text("ayay", most, most), /^argument 2 of type ay: a message has at most 134217728 bytes/);
    assert.match(text("as", new Array(1000).fill("x".repeat(100_000))), /an array has at most 67108864 bytes/);
    const megabyte = "x".repeat(1_000_000);
    const endless = new Proxy([], { get: (_, key) => (key === "length" ? Number.POSITIVE_INFINITY : megabyte) });
    assert.match(text("as", endless), /^argument 1, element \d+ of type s: a message has at most 134217728 bytes/);
  });

  it("getters and proxies that throw or change their mind cost only this message", () => {
    const thrower = {
      get a(): never {
        throw new TypeError("not now");
      },
    };
    assert.equal(refused("a{sv}", thrower), "argument 1, key “a” of type v: reading it failed: not now");
    const growing: unknown[] = [1];
    Object.defineProperty(growing, 0, { get: () => growing.push(1) && "x", enumerable: true });
    assert.deepEqual(bodyOf("as", growing), [["x"]]);
    let asked = 0;
    const fickle = new Proxy([1, 1], {
      get: (target, key) => (key === "0" && asked++ > 0 ? "x" : Reflect.get(target, key)),
    });
    assert.match(refused("v", fickle), /^argument 1, element 1 of type i: expected a whole number/);
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    assert.match(refused("v", proxy), /reading it failed/);
  });

  it("a getter may send a message of its own", () => {
    const inner: string[] = [];
    const value = {
      get a() {
        inner.push(encoded("s", ["inner"]).toString("hex"));
        return "outer";
      },
    };
    assert.deepEqual(bodyOf("a{sv}", value), [{ a: "outer" }]);
    assert.deepEqual(new Set(inner), new Set([encoded("s", ["inner"]).toString("hex")]));
  });
});

describe("encoding of headers", () => {
  const call: OutgoingMessage = {
    type: METHOD_CALL,
    flags: 0,
    path: "/a",
    member: "M",
    destination: ":1.1",
    signature: "",
    body: [],
  };
  const text = (fields: Partial<OutgoingMessage>) =>
    errorText("DBUS_INVALID_FIELD", () => encodeMessage({ ...call, ...fields }, 1));

  it("takes serials up to 32 bits", () => {
    assert.equal(decodeMessage(Buffer.concat(encodeMessage(call, 0xffff_ffff))).serial, 0xffff_ffff);
    for (const serial of [0, -1, 1.5, 2 ** 32]) errorText("DBUS_INTERNAL", () => encodeMessage(call, serial));
  });

  it("names the field at fault", () => {
    assert.match(text({ destination: "org" }), /^destination: expected two or more elements/);
    assert.match(text({ path: "a" }), /^object path: an object path begins with a slash/);
    assert.match(text({ interface: "a" }), /^interface: /);
    assert.match(text({ member: "a.b" }), /^member: “a\.b” is not a member name/);
    assert.match(text({ member: "a".repeat(256) }), /^member: expected at most 255 characters, got 256$/);
    assert.match(text({ errorName: "x y.z" }), /^error name: /);
    assert.match(text({ signature: "a" }), /^signature: /);
    assert.match(text({ destination: 5 as unknown as string }), /^destination: expected a string, got 5$/);
  });

  it("says again what it said once", () => {
    for (let round = 0; round < 2; round++) assert.match(text({ member: "a.b" }), /not a member name/);
    for (let round = 0; round < 2; round++) encodeMessage(call, 1);
  });

  it("knows what each type of message needs", () => {
    assert.match(text({ path: undefined }), /^object path: a message of this kind needs it/);
    assert.match(text({ member: undefined }), /^member: /);
    assert.match(text({ type: SIGNAL, path: "/a" }), /^interface: /);
    assert.match(text({ type: METHOD_RETURN }), /^reply serial: /);
    assert.match(text({ type: 3, replySerial: 1 }), /^error name: /);
  });

  it("refuses what only programs tell themselves", () => {
    assert.match(text({ path: "/org/freedesktop/DBus/Local" }), /^object path: .*reserved/);
    assert.match(text({ interface: "org.freedesktop.DBus.Local" }), /^interface: .*reserved/);
  });
});

function bodyOf(signature: string, value: unknown): unknown[] {
  return decodeMessage(encoded(signature, [value])).body({ int64: "auto", keepTypes: false });
}
