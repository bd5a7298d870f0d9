import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { Connection, type ConnectionStatus } from "../../lib/bus/connection";
import { METHOD_RETURN } from "../../lib/wire/types";
import { busctl } from "../support/busctl";
import { type PrivateBus, type PrivateBusOptions, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { RawPeer } from "../support/raw-peer";
import { Collector } from "../support/until";

const NAME = "com.example.Peer";
const BUS = { destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus" };

describe("Connection: who answers", () => {
  watchProcess();
  let bus: PrivateBus;
  let connection: Connection;
  let peer: RawPeer;

  const start = async (options: Partial<PrivateBusOptions> = {}) => {
    bus = await startBus({ type: "session", ...options });
    peer = await RawPeer.join(bus);
    connection = new Connection(bus.address);
    const connected = new Collector<ConnectionStatus>();
    connection.onStatus(connected.add);
    connection.open();
    await connected.first(({ state }) => state === "connected");
  };
  /** Everything that was asked of the bus before this has been done when it resolves. */
  const settled = () => connection.call({ ...BUS, member: "GetId", signature: "", body: [], timeoutMs: 5_000 });
  /** Signals of the peer before this have come in when it resolves. */
  const passed = async (from: RawPeer = peer) => {
    const rule = { sender: from.uniqueName, member: "Passed" };
    const mark = new Collector<unknown>();
    const subscription = connection.subscribe(rule, mark.add);
    await settled();
    from.emit(["/mark", "m.m", "Passed"]);
    await mark.until(1);
    subscription.close();
  };

  afterEach(async () => {
    connection.close();
    peer.close();
    await bus.stop();
  });

  describe("replies of a third peer", () => {
    /** Takes any reply, as a lax bus would. */
    const lax =
      '<policy context="mandatory"><allow send_destination="*" send_requested_reply="false" eavesdrop="true"/>' +
      '<allow receive_requested_reply="false" eavesdrop="true"/></policy>';

    for (const [what, destination] of [
      ["a unique name", () => peer.uniqueName],
      ["a name whose owner is followed", () => NAME],
    ] as const) {
      it(`are ignored where ${what} was called`, async () => {
        await start({ extraConfig: lax });
        await peer.own(NAME);
        const watch = connection.owners.watch(NAME);
        await settled();
        assert.equal(watch.owner, peer.uniqueName);
        const liar = await RawPeer.join(bus);
        const call = { destination: destination(), path: "/a", interface: "b.c", member: "Ask" };
        const answer = connection.call({ ...call, signature: "", body: [], timeoutMs: 5_000 });
        const asked = await peer.messages.first(({ member }) => member === "Ask");
        const lie = {
          type: METHOD_RETURN,
          flags: 1,
          destination: connection.uniqueName,
          signature: "s",
          body: ["lie"],
        };
        for (let serial = 1; serial < asked.serial + 50; serial++) liar.send({ ...lie, replySerial: serial });
        await passed(liar);
        peer.reply(asked, "s", ["truth"]);
        const { body, sender } = await answer;
        assert.deepEqual(body, ["truth"]);
        assert.equal(sender, peer.uniqueName);
        liar.close();
      });
    }

    it("do reach us there", async () => {
      await start({ extraConfig: lax });
      await peer.own(NAME);
      const liar = await RawPeer.join(bus);
      const call = { destination: NAME, path: "/a", interface: "b.c", member: "Ask", signature: "", body: [] };
      const answer = connection.call({ ...call, timeoutMs: 5_000 });
      const asked = await peer.messages.first(({ member }) => member === "Ask");
      const reply = { type: METHOD_RETURN, flags: 1, destination: connection.uniqueName, replySerial: asked.serial };
      liar.send({ ...reply, signature: "s", body: ["lie"] });
      // Nobody follows the name here, so that its owner is not known.
      assert.deepEqual((await answer).body, ["lie"]);
      liar.close();
    });
  });

  it("takes the answer of the owner to whom the name went with the call pending", async () => {
    await start();
    await peer.own(NAME);
    connection.owners.watch(NAME);
    await settled();
    const call = { destination: NAME, path: "/a", interface: "b.c", member: "Ask", signature: "", body: [] };
    const answer = connection.call({ ...call, timeoutMs: 5_000 });
    const asked = await peer.messages.first(({ member }) => member === "Ask");
    const successor = await RawPeer.join(bus);
    await successor.own(NAME);
    peer.reply(asked, "s", ["former owner"]);
    assert.deepEqual((await answer).body, ["former owner"]);
    successor.close();
  });

  it("takes the answer of an owner whom the call reached before we knew of it, though nobody follows the name any more", async () => {
    await start();
    await peer.own(NAME);
    // As the introspection cache does, which forgets a service whose owner changes.
    const watch = connection.owners.watch(NAME, (_owner, previous) => {
      if (previous === peer.uniqueName) watch.close();
    });
    await settled();
    assert.equal(watch.owner, peer.uniqueName);
    const successor = await RawPeer.join(bus);
    const owned = successor.own(NAME);
    // While this process stands still, the bus hands the name over, and we cannot read of it.
    const { address } = bus;
    execFileSync("busctl", [`--address=${address}`, "call", BUS.destination, BUS.path, BUS.interface, "GetId"]);
    const call = { destination: NAME, path: "/a", interface: "b.c", member: "Ask", signature: "", body: [] };
    const answer = connection.call({ ...call, timeoutMs: 5_000 });
    await owned;
    const asked = await successor.messages.first(({ member }) => member === "Ask");
    successor.reply(asked, "s", ["new owner"]);
    assert.deepEqual((await answer).body, ["new owner"]);
    successor.close();
  });

  describe("a call made to us", () => {
    const call = (...args: string[]) => busctl(bus, "call", connection.uniqueName ?? "", ...args);

    it("is answered: Ping on any path, all else with an error", async () => {
      await start();
      assert.equal((await call("/", "org.freedesktop.DBus.Peer", "Ping")).code, 0);
      assert.equal((await call("/any/path", "org.freedesktop.DBus.Peer", "Ping")).code, 0);
      assert.match((await call("/", "org.freedesktop.DBus.Peer", "Pong")).stderr, /No such method: Pong/);
      const unknown = await call("/a", "org.freedesktop.DBus.Introspectable", "Introspect");
      assert.match(unknown.stderr, /No object at \/a/);
      const ask = { destination: connection.uniqueName, path: "/a", member: "Anything" };
      await assert.rejects(peer.call(ask), /org\.freedesktop\.DBus\.Error\.UnknownObject/);
      await assert.rejects(
        peer.call({ ...ask, interface: "org.freedesktop.DBus.Peer" }),
        /org\.freedesktop\.DBus\.Error\.UnknownMethod/,
      );
      assert.deepEqual(await peer.call({ ...ask, member: "Ping" }), []);
    });

    it("is not answered where no answer is expected", async () => {
      await start();
      const ask = { type: 1, destination: connection.uniqueName, path: "/a", member: "Anything" };
      const before = peer.messages.items.length;
      peer.send({ ...ask, flags: 1 });
      const asked = peer.send(ask);
      const answer = await peer.messages.first(({ replySerial }) => replySerial === asked);
      assert.deepEqual(peer.messages.items.slice(before), [answer]);
    });
  });
});
