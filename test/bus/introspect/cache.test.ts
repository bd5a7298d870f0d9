import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { Connection } from "../../../lib/bus/connection";
import { CallFlag } from "../../../lib/bus/transport";
import { type DBusErrorCode, DBusNodeError } from "../../../lib/errors";
import { CACHE_LIMITS, IntrospectionCache, introspectionOf } from "../../../lib/introspect/browse";
import { english } from "../../support/english";
import { SERVICE_PROGRAM, startService } from "../../support/introspected-service";
import { type Peer, PYTHON } from "../../support/peer";
import { type PrivateBus, startBus } from "../../support/private-bus";
import { Collector, eventually } from "../../support/until";

const NAME = "com.example.Introspected";

/** The error that it fails with, which has this code. */
async function failure(promise: Promise<unknown>, code: DBusErrorCode): Promise<DBusNodeError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DBusNodeError, "expected it to fail");
  assert.equal(error.code, code, error.message);
  return error;
}

describe("IntrospectionCache", () => {
  let bus: PrivateBus;
  let service: Peer;
  let connection: Connection;
  let cache: IntrospectionCache;

  /** The names of an object's interfaces. */
  const interfaces = async (objectPath: string, destination = NAME) => [
    ...(await cache.introspect(destination, objectPath)).interfaces.keys(),
  ];
  /** What the service was asked, in order. What it printed can come in later than its answers: hence the mark. */
  const asked = async () => {
    service.tell("mark");
    await eventually(() => service.lines.items.includes("mark"));
    return service.lines.items.filter((line) => line !== "mark");
  };

  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    service = await startService(bus, NAME, "com.example.First");
    connection = new Connection(bus.address);
    connection.open();
    cache = new IntrospectionCache(connection);
  });

  afterEach(async () => {
    connection.close();
    await service.kill();
    await bus.stop();
  });

  it("asks once, for those who come together and those who come later", async () => {
    const together = await Promise.all([cache.introspect(NAME, "/a"), cache.introspect(NAME, "/a")]);
    const later = await cache.introspect(NAME, "/a");
    assert.equal(together[0], together[1]);
    assert.equal(together[0], later);
    assert.deepEqual([...later.interfaces.keys()], ["com.example.First"]);
    await cache.introspect(NAME, "/b");
    assert.deepEqual(await asked(), ["/a", "/b"]);
  });

  it("asks again when the service has another owner, and leaves no match rule behind", async () => {
    assert.deepEqual(await interfaces("/a"), ["com.example.First"]);
    await service.kill();
    await eventually(() => cache.size === 0);
    assert.equal(connection.rules.size, 0);
    assert.equal(connection.owners.size, 0);

    service = await startService(bus, NAME, "com.example.Second");
    assert.deepEqual(await interfaces("/a"), ["com.example.Second"]);
    assert.deepEqual(await interfaces("/a"), ["com.example.Second"]);
    assert.deepEqual(await asked(), ["/a"]);
  });

  it("does not keep the answer of an owner that hands over meanwhile", async () => {
    const owners = new Collector<string>();
    connection.owners.watch(NAME, owners.add);
    await owners.until(1);
    const former = cache.introspect(NAME, "/silent");
    await service.lines.until(1);

    const successor = await startService(bus, NAME, "com.example.Second");
    try {
      await owners.until(2);
      const present = cache.introspect(NAME, "/silent");
      await successor.lines.until(1);
      service.tell("answer");
      assert.deepEqual([...(await former).interfaces.keys()], ["com.example.First"]);
      assert.equal(cache.size, 0);
      successor.tell("answer");
      assert.deepEqual([...(await present).interfaces.keys()], ["com.example.Second"]);
      assert.deepEqual(await interfaces("/silent"), ["com.example.Second"]);
      successor.tell("mark");
      assert.deepEqual(await successor.lines.until(2), ["/silent", "mark"]);
    } finally {
      await successor.kill();
    }
  });

  it("forgets everything with the connection; who was waiting is told", async () => {
    await interfaces("/a");
    await interfaces("/org/freedesktop/DBus", "org.freedesktop.DBus");
    const pending = failure(cache.introspect(NAME, "/silent"), "DBUS_DISCONNECTED");
    await service.lines.until(2);
    await bus.kill();
    await pending;
    assert.equal(cache.size, 0);

    // Asked while there is no bus, it waits for the next one.
    const waiting = interfaces("/org/freedesktop/DBus", "org.freedesktop.DBus");
    await bus.restart();
    assert.ok((await waiting).includes("org.freedesktop.DBus"));
    service = await startService(bus, NAME, "com.example.Second");
    assert.deepEqual(await interfaces("/a"), ["com.example.Second"]);
  });

  it("does not keep a failure", async () => {
    const error = await failure(cache.introspect(NAME, "/refuse"), "DBUS_INTROSPECTION_FAILED");
    assert.match(
      english(error.text),
      /com\.example\.Introspected does not say what its object \/refuse has \(.*not here/,
    );
    assert.equal(connection.rules.size, 0);
    service.tell("agree");
    await service.lines.until(2);
    assert.deepEqual(await interfaces("/refuse"), ["com.example.First"]);
    assert.deepEqual(await asked(), ["/refuse", "agreed", "/refuse"]);
  });

  it("says why there is no introspection", async () => {
    const fail = (destination: string, objectPath: string, code: DBusErrorCode) =>
      failure(cache.introspect(destination, objectPath), code);
    const broken = await fail(NAME, "/broken", "DBUS_INTROSPECTION_FAILED");
    assert.match(english(broken.text), /not well-formed XML.*unclosed tag: node/);
    const number = await fail(NAME, "/number", "DBUS_INTROSPECTION_FAILED");
    assert.match(english(number.text), /an answer of the signature “u”/);
    await fail("com.example.Nobody", "/a", "DBUS_NAME_NOT_FOUND");
    await fail("not a name", "/a", "DBUS_INVALID_FIELD");
    await fail(NAME, "no path", "DBUS_INVALID_FIELD");
    assert.equal(cache.size, 0);
    assert.equal(connection.rules.size, 0);
    assert.equal(connection.callsInFlight, 0);
  });

  it("lets each wait as long as it wants to", async () => {
    const patient = cache.introspect(NAME, "/silent", 0);
    const error = await failure(cache.introspect(NAME, "/silent", 50), "DBUS_TIMEOUT");
    assert.match(english(error.text), /no answer from com\.example\.Introspected to Introspect within 0\.05 s/);
    service.tell("answer");
    assert.equal((await patient).interfaces.size, 1);
    assert.deepEqual(await asked(), ["/silent"]);
  });

  it("gives up the call when nobody waits any more", async () => {
    await Promise.all([
      failure(cache.introspect(NAME, "/silent", 20), "DBUS_TIMEOUT"),
      failure(cache.introspect(NAME, "/silent", 40), "DBUS_TIMEOUT"),
    ]);
    assert.equal(connection.callsInFlight, 0);
    assert.equal(connection.rules.size, 0);
  });

  it("names the reason when there is no bus", async () => {
    await bus.kill();
    const error = await failure(cache.introspect(NAME, "/a", 50), "DBUS_TIMEOUT");
    assert.match(english(error.text), /there is no connection to the bus/);
    assert.equal(connection.callsWaiting, 0);
  });

  it("keeps the objects used last, within its limits", async () => {
    cache = new IntrospectionCache(connection, { ...CACHE_LIMITS, objects: 2 });
    for (const objectPath of ["/a", "/b", "/a", "/c", "/a", "/b"]) await interfaces(objectPath);
    assert.equal(cache.size, 2);
    assert.deepEqual(await asked(), ["/a", "/b", "/c", "/b"]);
  });

  it("keeps what fits in size, and the last in any case", async () => {
    cache = new IntrospectionCache(connection, { ...CACHE_LIMITS, characters: 100 });
    await interfaces("/a");
    await interfaces("/b");
    await interfaces("/b");
    assert.equal(cache.size, 1);
    assert.deepEqual(await asked(), ["/a", "/b"]);
  });

  it("watches few services at a time", async () => {
    cache = new IntrospectionCache(connection, { ...CACHE_LIMITS, services: 1 });
    await interfaces("/a");
    const other = await startService(bus, "com.example.Other", "com.example.Third");
    try {
      assert.deepEqual(await interfaces("/a", "com.example.Other"), ["com.example.Third"]);
      assert.equal(connection.rules.size, 1);
      assert.equal(cache.size, 1);
    } finally {
      await other.kill();
    }
  });

  it("watches no unique name", async () => {
    const uniqueName = service.ready.split(" ")[1] ?? "";
    assert.deepEqual(await interfaces("/a", uniqueName), ["com.example.First"]);
    assert.equal(connection.rules.size, 0);
    assert.equal(cache.size, 1);
  });

  it("starts a service only for those who may, and keeps what it then says", async () => {
    const started = "com.example.Started";
    writeFileSync(
      path.join(bus.servicesDir, `${started}.service`),
      `[D-BUS Service]\nName=${started}\nExec=${PYTHON} ${SERVICE_PROGRAM} ${bus.address} ${started} com.example.Third\n`,
    );
    const reload = { path: "/", interface: "org.freedesktop.DBus", member: "ReloadConfig", signature: "", body: [] };
    await connection.call({ ...reload, destination: "org.freedesktop.DBus", timeoutMs: 5000 });

    const refused = cache.introspect(started, "/a", 5000, CallFlag.noAutoStart);
    const allowed = cache.introspect(started, "/a", 5000);
    await failure(refused, "DBUS_NAME_NOT_FOUND");
    const model = await allowed;
    assert.deepEqual([...model.interfaces.keys()], ["com.example.Third"]);
    assert.equal(await cache.introspect(started, "/a", 5000, CallFlag.noAutoStart), model);
  });

  it("is one per connection", () => {
    assert.equal(introspectionOf(connection), introspectionOf(connection));
    assert.notEqual(introspectionOf(connection), introspectionOf(new Connection(bus.address)));
  });
});
