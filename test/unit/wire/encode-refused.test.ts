import assert from "node:assert/strict";
import { argumentPlace } from "../../../lib/values/arguments";
import { encodeMessage } from "../../../lib/wire/encode-message";
import { decodeMessage } from "../../../lib/wire/incoming-message";
import { SIGNAL } from "../../../lib/wire/types";
import { errorText } from "../../support/faults";

const signal = {
  type: SIGNAL,
  flags: 1,
  path: "/org/example",
  interface: "org.example.Interface",
  member: "Member",
} as const;

const encoded = (signature: string, body: readonly unknown[]) =>
  Buffer.concat(encodeMessage({ ...signal, signature, body }, 1));

const refused = (signature: string, ...body: unknown[]) =>
  errorText("DBUS_INVALID_ARGUMENT", () => encoded(signature, body));

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

function bodyOf(signature: string, value: unknown): unknown[] {
  return decodeMessage(encoded(signature, [value])).body({ int64: "auto", keepTypes: false });
}
