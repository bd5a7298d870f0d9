import assert from "node:assert/strict";
import { encodeMessage } from "../../lib/wire/encode-message";
import { type Link, openLink } from "../../lib/wire/link";
import { SIGNAL } from "../../lib/wire/types";
import { busCall } from "../support/hello";
import { type PrivateBus, startBus } from "../support/private-bus";
import { referenceFrame } from "../support/reference-encoder";
import { Collector } from "../support/until";

/** Variants in variants, `depth` containers in all. */
function nested(depth: number): unknown {
  let value: unknown = { signature: "y", value: 7 };
  for (let level = 1; level < depth; level++) value = { signature: "v", value };
  return value;
}

function dicts(depth: number): unknown {
  return depth === 0 ? 7 : { a: dicts(depth - 1) };
}

function structs(depth: number): unknown {
  return depth === 0 ? 7 : [structs(depth - 1)];
}

/** What the bus has to take from us: at the edge of what the specification allows. */
const cases: readonly (readonly [what: string, signature: string, value: unknown, got?: unknown])[] = [
  ["64 variants in each other", "v", nested(64), 7],
  ["21 dicts in each other", "v", dicts(21)],
  ["32 arrays in each other", `${"a".repeat(32)}i`, structs(32)],
  ["32 structs in each other", `${"(".repeat(32)}i${")".repeat(32)}`, structs(32)],
  ["32 arrays and 32 structs", `${"a".repeat(32)}${"(".repeat(32)}i${")".repeat(32)}`, structs(64)],
  ["a signature of 255 types", "i".repeat(255), 1],
  ["extreme numbers", "v", [-(2 ** 31), 2 ** 31 - 1, 2 ** 40, -0.5, Number.NaN]],
  ["64-bit edges", "(xt)", ["-9223372036854775808", "18446744073709551615"]],
  ["text beyond ASCII", "s", "\ufeffé😀\u0001\uffff"],
  ["empty things", "(sasa{sv}ay)", ["", [], {}, Buffer.alloc(0)]],
  ["large bytes in a dict", "a{say}", { k: Buffer.alloc(100_000, 7), l: Buffer.from("x") }],
  ["a key __proto__", "a{sv}", JSON.parse('{"__proto__": {"constructor": 1}}')],
  ["keys of many types", "(a{us}a{bs}a{xs}a{ds})", [{ 7: "a" }, { true: "b" }, { "-5": "c" }, { "0.5": "d" }]],
];

describe("messages through a real bus", () => {
  let bus: PrivateBus;
  let link: Link;
  let name: string;
  let serial = 1;
  const bodies = new Collector<{ readonly member: string | undefined; readonly body: unknown[] }>();
  const closed = new Collector<unknown>();

  before(async () => {
    bus = await startBus({ type: "session" });
    link = await openLink(bus.address, {
      timeoutMs: 5_000,
      onMessage: (message) =>
        bodies.add({ member: message.member, body: message.body({ int64: "auto", keepTypes: false }) }),
      onClose: closed.add,
    });
    link.send(busCall("Hello", serial));
    name = String((await bodies.until(1))[0]?.body[0]);
  });

  after(async () => {
    link.close();
    await bus.stop();
  });

  /** Sent to ourselves: the bus checks all of it on the way. */
  async function there(member: string, signature: string, body: readonly unknown[], path = "/"): Promise<unknown[]> {
    serial++;
    const interfaceName = "org.example.Interface";
    link.send(
      encodeMessage(
        { type: SIGNAL, flags: 1, path, interface: interfaceName, member, destination: name, signature, body },
        serial,
      ),
    );
    return (await bodies.first((received) => received.member === member, { what: `${member} back from the bus` })).body;
  }

  for (const [index, [what, signature, value, got]] of cases.entries()) {
    it(what, async () => {
      const body = signature.length === 255 ? new Array(255).fill(value) : [value];
      const back = await there(`Case${index}`, signature, body);
      assert.deepEqual(back, got === undefined ? body : [got]);
      assert.deepEqual(closed.items, []);
    });
  }

  it("one container more, which the encoder refuses, and the bus would disconnect us", async () => {
    const own = new Collector<unknown>();
    const other = await openLink(bus.address, { timeoutMs: 5_000, onMessage: () => {}, onClose: own.add });
    const body = Buffer.concat([...new Array(64).fill(Buffer.from([1, 0x76, 0])), Buffer.from([1, 0x79, 0, 7])]);
    other.send(busCall("Hello", 1));
    other.send([referenceFrame({ little: true, serial: 2, signature: "v", body })]);
    await own.until(1);
    other.close();
  });

  it("names and paths of the greatest length", async () => {
    const path = `/${"a".repeat(255)}`.repeat(20);
    assert.deepEqual(await there("m".repeat(255), "s", ["x"], path), ["x"]);
    assert.deepEqual(closed.items, []);
  });
});
