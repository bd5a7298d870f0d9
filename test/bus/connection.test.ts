import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Connection, type ConnectionStatus } from "../../lib/bus/connection";
import { ERROR } from "../../lib/wire/types";
import { english } from "../support/english";
import {
  authenticates,
  type BusScript,
  type FakeBus,
  neverAnswers,
  refusesAuthentication,
  startFakeBus,
} from "../support/fake-bus";
import { type PrivateBus, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { failure } from "../support/raw-peer";
import { referenceFrame } from "../support/reference-encoder";
import { makeTempDir } from "../support/temp-dir";
import { Collector } from "../support/until";

const BUS = { destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus" };
const GET_ID = { ...BUS, member: "GetId", signature: "", body: [], timeoutMs: 5_000 };

/** Refuses Hello, as a bus does whose limit on connections is reached. */
const refusesHello = authenticates((socket) => {
  socket.on("data", (call) => {
    const fields = [
      [4, "s", "org.freedesktop.DBus.Error.LimitsExceeded"],
      [5, "u", call.readUInt32LE(8)],
      [7, "s", "org.freedesktop.DBus"],
    ] as const;
    socket.write(referenceFrame({ little: true, type: ERROR, fields, signature: "s", body: ["too many connections"] }));
  });
});
const sendsGarbage = authenticates((socket) => void socket.end("this is no D-Bus message at all"));
const hangsUp = authenticates((socket) => void socket.end());

describe("Connection: its state", () => {
  watchProcess();
  let connection: Connection;
  let statuses: Collector<ConnectionStatus>;
  let fake: FakeBus | undefined;
  let bus: PrivateBus | undefined;

  function connect(address: string, timeoutMs?: number): void {
    connection = new Connection(address, timeoutMs);
    statuses = new Collector();
    connection.onStatus(statuses.add);
    connection.open();
  }
  const states = () => statuses.items.map(({ state }) => state);
  const connected = () => statuses.first(({ state }) => state === "connected");
  /** The reason of the first attempt that failed. */
  const reason = async () => {
    const { error } = await statuses.first((status) => status.error !== undefined);
    assert.ok(error !== undefined);
    assert.notEqual(english(error.text), "");
    return error;
  };

  afterEach(async () => {
    connection.close();
    await fake?.stop();
    await bus?.stop();
    fake = undefined;
    bus = undefined;
  });

  it("goes from idle over connecting to connected, and to closed", async () => {
    bus = await startBus({ type: "session" });
    connection = new Connection(bus.address);
    assert.equal(connection.status.state, "idle");
    assert.equal(connection.uniqueName, undefined);
    connect(bus.address);
    connection.open();
    await connected();
    assert.match(connection.uniqueName ?? "", /^:1\.\d+$/);
    assert.equal(connection.connectedAddress, bus.address);
    assert.equal(connection.status.error, undefined);
    connection.close();
    connection.close();
    connection.open();
    assert.deepEqual(states(), ["connecting", "connected", "closed"]);
    assert.equal(connection.uniqueName, undefined);
    assert.equal(connection.connectedAddress, undefined);
    assert.equal((await failure(connection.call(GET_ID))).code, "DBUS_DISCONNECTED");
  });

  for (const [what, script, code] of [
    ["refuses authentication", refusesAuthentication, "DBUS_AUTH_REFUSED"],
    ["hangs up after authentication", hangsUp, "DBUS_AUTH_REFUSED"],
    ["refuses Hello", refusesHello, "DBUS_HELLO_REFUSED"],
    ["never answers", neverAnswers, "DBUS_TIMEOUT"],
    ["never answers Hello", authenticates(), "DBUS_HELLO_REFUSED"],
    ["sends garbage", sendsGarbage, "DBUS_BAD_MESSAGE"],
  ] as const satisfies readonly (readonly [string, BusScript, string])[]) {
    it(`tells of a bus that ${what}, and tries again`, async () => {
      fake = await startFakeBus(script);
      connect(fake.address, 200);
      assert.equal((await reason()).code, code);
      assert.equal(connection.status.state, "connecting");
      await fake.connections.until(2);
      assert.ok(states().every((state) => state === "connecting"));
      assert.equal(connection.status.error?.code, code);
    });
  }

  it("keeps what the bus said when it refused Hello", async () => {
    fake = await startFakeBus(refusesHello);
    connect(fake.address);
    const error = await reason();
    assert.equal(error.dbusName, "org.freedesktop.DBus.Error.LimitsExceeded");
    assert.deepEqual(error.body, ["too many connections"]);
    assert.match(english(error.text), /too many connections/);
  });

  for (const [what, address, code] of [
    ["is not there", `unix:path=${makeTempDir()}/nothing`, "DBUS_NO_BUS"],
    ["is in a folder that is not there", "unix:path=/does/not/exist/bus", "DBUS_NO_BUS"],
    ["has an address that is none", "this is no address", "DBUS_INVALID_ADDRESS"],
    ["has a transport that nobody knows", "carrier-pigeon:loft=north", "DBUS_INVALID_ADDRESS"],
    ["is a port where nobody listens", "tcp:host=127.0.0.1,port=1", "DBUS_NO_BUS"],
    ["is a program that does not exist", "unixexec:path=/does/not/exist", "DBUS_CONNECT_FAILED"],
  ] as const) {
    it(`tells of a bus that ${what}, and tries again`, async () => {
      connect(address);
      assert.equal((await reason()).code, code);
      await statuses.until(3);
      assert.deepEqual(states(), ["connecting", "connecting", "connecting"]);
      const error = await failure(connection.call({ ...GET_ID, timeoutMs: 1 }));
      assert.equal(error.code, "DBUS_TIMEOUT");
      assert.equal(error.cause, connection.status.error);
    });
  }

  it("connects as soon as the socket is there, however long the wait would be", async () => {
    bus = await startBus({ type: "session" });
    await bus.kill();
    const socket = path.join(bus.directory, "bus");
    rmSync(socket, { force: true });
    connect(bus.address);
    // Each attempt in vain doubles the wait; what appears and is gone again brings the next one at once.
    const attempts = 7;
    for (let inVain = 1; inVain < attempts; inVain++) {
      await statuses.until(1 + inVain);
      writeFileSync(socket, "");
      rmSync(socket);
    }
    await statuses.until(1 + attempts);
    const call = connection.call({ ...GET_ID, timeoutMs: 0 });
    await bus.restart();
    // By now the wait is half a minute, a fifth less at the least: longer than this test has.
    await statuses.first(({ state }) => state === "connected", { within: 20_000, what: "the bus that is back" });
    assert.match(String((await call).body[0]), /^[0-9a-f]{32}$/);
  }).timeout(22_000);

  it("takes the alternative of an address that works", async () => {
    bus = await startBus({ type: "session" });
    const nothing = `unix:path=${path.join(makeTempDir(), "nothing")}`;
    connect(`${nothing};${bus.address}`);
    await connected();
    assert.equal(connection.connectedAddress, bus.address);
  });

  describe("close", () => {
    for (const [what, script] of [
      ["authentication", neverAnswers],
      ["Hello", authenticates()],
    ] as const) {
      it(`ends waiting for ${what}, and every call`, async () => {
        fake = await startFakeBus(script);
        connect(fake.address);
        const call = failure(connection.call(GET_ID));
        const [socket] = await fake.connections.until(1);
        connection.close();
        assert.equal((await call).code, "DBUS_DISCONNECTED");
        assert.deepEqual(states(), ["connecting", "closed"]);
        assert.equal(connection.callsWaiting, 0);
        await new Promise((resolve) => socket?.once("close", resolve));
        assert.deepEqual(states(), ["connecting", "closed"]);
      });
    }

    it("ends the wait for the next attempt, and every call", async () => {
      connect(`unix:path=${makeTempDir()}/nothing`);
      await reason();
      const call = failure(connection.call({ ...GET_ID, timeoutMs: 0 }));
      connection.close();
      assert.equal((await call).code, "DBUS_DISCONNECTED");
      assert.deepEqual(states(), ["connecting", "connecting", "closed"]);
    });

    it("holds in whatever turn of connecting it comes", async () => {
      bus = await startBus({ type: "session" });
      for (let turns = 0; turns < 60; turns++) {
        connect(bus.address);
        for (let turn = 0; turn < turns; turn++) {
          await new Promise<void>((resolve) => (turn % 2 === 0 ? setImmediate(resolve) : queueMicrotask(resolve)));
        }
        connection.close();
        await new Promise((resolve) => setImmediate(resolve));
        assert.equal(connection.status.state, "closed");
        assert.equal(states().at(-1), "closed");
        assert.equal(connection.uniqueName, undefined);
      }
    });

    it("may be called by who is told of the connection", async () => {
      bus = await startBus({ type: "session" });
      connect(bus.address);
      connection.onStatus(({ state }) => {
        if (state === "connected") connection.close();
      });
      await statuses.first(({ state }) => state === "closed");
      assert.equal(connection.status.state, "closed");
      assert.equal((await failure(connection.call(GET_ID))).code, "DBUS_DISCONNECTED");
    });
  });
});
