import assert from "node:assert/strict";
import { Connection } from "../../lib/bus/connection";
import { MOST_POSTED } from "../../lib/bus/posted-messages";
import { signal } from "../../lib/bus/transport";
import type { DBusNodeError } from "../../lib/errors";
import { Exporter } from "../../lib/export/exporter";
import { ERROR, SIGNAL } from "../../lib/wire/types";
import { type PrivateBus, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { RawPeer } from "../support/raw-peer";
import { Collector, eventually } from "../support/until";

const BUS = "org.freedesktop.DBus";
const PLACE = { path: "/a", interface: "com.example.Signals", member: "Rang", signature: "", body: [] };
/** Takes any reply, as a lax bus would. */
const LAX =
  '<policy context="mandatory"><allow send_destination="*" send_requested_reply="false" eavesdrop="true"/>' +
  '<allow receive_requested_reply="false" eavesdrop="true"/></policy>';

describe("Connection: what the bus refuses of what was posted", () => {
  watchProcess();
  let bus: PrivateBus;
  let peer: RawPeer;
  let connection: Connection;
  let refusals: Collector<DBusNodeError>;
  beforeEach(async () => {
    bus = await startBus({ type: "session", extraConfig: LAX });
    peer = await RawPeer.join(bus);
    connection = new Connection(bus.address);
    refusals = new Collector();
    connection.open();
    await eventually(() => connection.status.state === "connected");
  });
  afterEach(async () => {
    connection.close();
    peer.close();
    await bus.stop();
  });

  const post = (destination: string) =>
    connection.post(signal({ ...PLACE, destination }), {
      asked: { ...PLACE, destination },
      refused: refusals.add,
    });
  /** All that was posted before is decided when it resolves: the bus answers in order. */
  const decided = () =>
    connection.call({ ...PLACE, destination: BUS, interface: BUS, member: "GetId", timeoutMs: 30_000 });

  it("is told, once, and nothing else", async () => {
    post(peer.uniqueName);
    post("com.example.Nobody");
    assert.equal(connection.postsWatched, 2);
    await decided();
    const [error] = refusals.items;
    assert.equal(refusals.items.length, 1);
    assert.deepEqual([error?.code, error?.byBus], ["DBUS_NAME_NOT_FOUND", true]);
    assert.equal(error?.dbusName, "org.freedesktop.DBus.Error.ServiceUnknown");
    assert.equal(error.asked?.destination, "com.example.Nobody");
    assert.equal(connection.postsWatched, 1, "of the other nothing is known");
  });

  it("is not what the receiver, or another, says of it", async () => {
    const answered = peer.messages
      .first(({ member }) => member === "Rang")
      .then((message) => {
        peer.refuse(message, `${BUS}.Error.AccessDenied`, "Rejected send message, 1 matched rules");
        return peer.askBus("GetId", "", []);
      });
    post(peer.uniqueName);
    await answered;
    await decided();
    assert.deepEqual([refusals.items, connection.postsWatched], [[], 1]);
  });

  it("is forgotten with its link", async () => {
    post(peer.uniqueName);
    assert.equal(connection.postsWatched, 1);
    await bus.stop();
    await eventually(() => connection.status.state === "reconnecting");
    assert.equal(connection.postsWatched, 0);
  });

  it("keeps nothing of a broadcast, nor of what nobody wants to know of", async () => {
    const exporter = new Exporter(connection);
    exporter.emit(PLACE, refusals.add);
    exporter.emit({ ...PLACE, destination: peer.uniqueName });
    assert.equal(connection.postsWatched, 0);
    await decided();
  });

  it("grows no memory with very many, refused or not", async () => {
    for (const [destination, many] of [
      [connection.uniqueName ?? "", 100_000],
      ["com.example.Nobody", 20_000],
    ] as const) {
      for (let count = 0; count < many; count++) post(destination);
      assert.equal(connection.postsWatched, MOST_POSTED);
      await decided();
    }
    const told = refusals.items.length;
    assert.ok(told <= MOST_POSTED, `${told} were told`);
    post("com.example.Nobody");
    await decided();
    assert.equal(refusals.items.length, told + 1, "the next is told as ever");
    assert.equal(peer.messages.items.filter(({ type }) => type === SIGNAL || type === ERROR).length, 1, "NameAcquired");
  }).timeout(60_000);
});
