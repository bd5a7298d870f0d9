import assert from "node:assert/strict";
import { Connection, type ConnectionStatus } from "../../lib/bus/connection";
import { asNodeError } from "../../lib/errors";
import { METHOD_CALL, METHOD_RETURN } from "../../lib/wire/types";
import { type PrivateBus, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { failure, RawPeer } from "../support/raw-peer";
import { ReferenceEncoder, type ReferenceFrame, referenceFrame } from "../support/reference-encoder";
import { Collector, eventually } from "../support/until";

const PLAIN = { int64: "auto", keepTypes: false } as const;

/** A variant in a variant, so many times, around a byte. */
function nestedVariants(depth: number): Buffer {
  return Buffer.concat([Buffer.from("\x01v\0".repeat(depth), "latin1"), Buffer.from([1, 0x79, 0, 7])]);
}

/** An array of `count` bytes' length, whatever follows. */
function arrayOfLength(count: number, rest: readonly number[] = []): Buffer {
  return Buffer.from([...new ReferenceEncoder(true).integer(4, count).bytes, ...rest]);
}

describe("Connection: a hostile peer on the bus", () => {
  watchProcess();
  let bus: PrivateBus;
  let connection: Connection;
  let peer: RawPeer;
  let heard: Collector<{ member: string; body: unknown }>;

  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    connection = new Connection(bus.address);
    const connected = new Collector<ConnectionStatus>();
    connection.onStatus(connected.add);
    connection.open();
    await connected.first(({ state }) => state === "connected");
    heard = new Collector();
    // With a condition on an argument, so that every body is looked at twice.
    connection.subscribe({ args: [{ index: 0, kind: "equal", value: "never" }] }, () => assert.fail("it fits"));
    connection.subscribe({}, (message) => {
      let body: unknown;
      try {
        body = message.body(PLAIN);
      } catch (error) {
        body = asNodeError(error).code;
      }
      if (message.interface === "h.h") heard.add({ member: message.member ?? "", body });
    });
    peer = await RawPeer.join(bus);
  });

  afterEach(async () => {
    connection.close();
    peer.close();
    await bus.stop();
  });

  /** Sends a signal to us directly, then a good one; resolves with what came of the first, undefined where the bus stopped it. */
  async function send(frame: Partial<ReferenceFrame> & Pick<ReferenceFrame, "signature" | "body">): Promise<unknown> {
    const to = connection.uniqueName ?? "";
    const fields = (member: string) =>
      [
        [1, "o", "/h"],
        [2, "s", "h.h"],
        [3, "s", member],
        [6, "s", to],
      ] as const;
    heard.items.length = 0;
    // The bus hangs up on who sends what it finds wrong itself: hence a peer for each, and one for the good one.
    const hostile = await RawPeer.join(bus);
    hostile.sendBytes(referenceFrame({ little: true, serial: 1000, fields: fields("Bad"), ...frame }));
    hostile.emit(["/h", "h.h", "After"], "", [], to);
    await eventually(() => hostile.hungUp || heard.items.some(({ member }) => member === "After"));
    const witness = await RawPeer.join(bus);
    witness.sendBytes(
      referenceFrame({ little: true, serial: 1000, fields: fields("Good"), signature: "s", body: ["good"] }),
    );
    const good = await heard.first(({ member }) => member === "Good", { what: "the next good message" });
    assert.deepEqual(good.body, ["good"]);
    witness.close();
    hostile.close();
    assert.equal(connection.status.state, "connected");
    return heard.items.find(({ member }) => member === "Bad")?.body;
  }

  /** The same, where it must not reach anybody: the bus stops it, or we do. */
  async function refused(frame: Parameters<typeof send>[0]): Promise<void> {
    const body = await send(frame);
    assert.ok(body === undefined || body === "DBUS_BAD_MESSAGE" || body === "DBUS_UNSUPPORTED_TYPE", String(body));
  }

  it("sends file descriptors that are none", async () => {
    await refused({ signature: "h", body: [0] });
    await refused({ signature: "ah", body: [[0, 1]] });
    await refused({ signature: "v", body: [["h", 0]] });
  });

  it("sends 20,000 nested variants", async () => {
    await refused({ signature: "v", body: nestedVariants(20_000) });
  });

  it("nests as deep as is allowed, and one deeper", async () => {
    for (const depth of [32, 62, 63, 64, 65]) await send({ signature: "v", body: nestedVariants(depth) });
  });

  it("sends arrays of a bogus length", async () => {
    for (const length of [2 ** 31, 2 ** 32 - 1, 2 ** 26 + 1, 5]) {
      for (const signature of ["ay", "as", "a{sv}", "at"]) {
        await refused({ signature, body: arrayOfLength(length, [0, 0, 0, 0, 1, 2, 3]) });
      }
    }
  });

  it("sends big-endian messages, which are right", async () => {
    const body = [-5, 2n ** 53n, -(2n ** 63n), 0.5, "ü", [["k", ["q", 7]]], [1, 2, 3]];
    const expected = [-5, "9007199254740992", "-9223372036854775808", 0.5, "ü", { k: 7 }, Buffer.from([1, 2, 3])];
    assert.deepEqual(await send({ little: false, signature: "ixxdsa{sv}ay", body }), expected);
  });

  it("sends keys of Object.prototype", async () => {
    const dict = [["__proto__", [["polluted", ["b", 1]]]]];
    const [body] = (await send({ signature: "a{sa{sv}}", body: [dict] })) as [Record<string, unknown>];
    assert.deepEqual(Object.keys(body), ["__proto__"]);
    assert.equal(Object.getPrototypeOf(body), Object.prototype);
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  });

  it("sends members and paths of Object.prototype's names", async () => {
    const names = ["constructor", "toString", "__proto__", "hasOwnProperty"];
    for (const name of names) peer.emit([`/${name}`, `h.h.${name}`, name], "s", [name], connection.uniqueName);
    await send({ signature: "", body: [] });
  });

  it("sends text that is no UTF-8, booleans that are none, padding that is not zero", async () => {
    await refused({ signature: "s", body: Buffer.from([1, 0, 0, 0, 0xff, 0]) });
    await refused({ signature: "b", body: Buffer.from([2, 0, 0, 0]) });
    await refused({ signature: "yi", body: Buffer.from([1, 9, 9, 9, 0, 0, 0, 0]) });
    await refused({ signature: "s", body: Buffer.from([200, 0, 0, 0, 0x61, 0]) });
  });

  it("sends an unknown type, flags and header fields", async () => {
    await send({ type: 77, signature: "s", body: ["x"] });
    const fields = [
      [1, "o", "/h"],
      [2, "s", "h.h"],
      [3, "s", "Odd"],
      [6, "s", connection.uniqueName ?? ""],
      [200, "a{sv}", []],
    ] as const;
    peer.sendBytes(referenceFrame({ little: true, serial: 5, fields, signature: "", body: [] }));
    await heard.first(({ member }) => member === "Odd");
  });

  it("answers with what cannot be read: the call fails, the next one is answered", async () => {
    const call = {
      destination: peer.uniqueName,
      path: "/a",
      interface: "b.c",
      signature: "",
      body: [],
      timeoutMs: 5_000,
    };
    const stop = peer.serve(({ serial, sender }) => {
      const fields = [
        [5, "u", serial],
        [6, "s", sender],
      ] as const;
      peer.sendBytes(
        referenceFrame({ little: true, type: METHOD_RETURN, serial: 5000, fields, signature: "h", body: [0] }),
      );
    });
    const error = await failure(connection.call({ ...call, member: "Descriptor" }));
    assert.equal(error.code, "DBUS_UNSUPPORTED_TYPE");
    stop();
    peer.serve((asked) => peer.reply(asked, "s", ["fine"]));
    assert.deepEqual((await connection.call({ ...call, member: "Fine" })).body, ["fine"]);
    assert.equal(connection.callsInFlight, 0);
  });

  it("floods us with calls and signals, and is answered every one", async () => {
    const count = 20_000;
    const call = { type: METHOD_CALL, destination: connection.uniqueName, path: "/a", interface: "b.c", member: "Do" };
    const before = peer.messages.items.length;
    for (let sent = 0; sent < count; sent += 100) {
      for (let index = 0; index < 100; index++) peer.send(call);
      peer.emit(["/a", "h.h", "Flood"], "u", [sent], connection.uniqueName);
      await peer.messages.until(before + sent + 100);
    }
    await heard.until(count / 100);
    assert.deepEqual(
      heard.items.map(({ body }) => body),
      Array.from({ length: count / 100 }, (_, index) => [index * 100]),
    );
  });
});
