import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { askBus } from "../../lib/bus/ask-bus";
import { BUS_INTERFACE, BUS_PATH, BusDriver } from "../../lib/bus/bus-driver";
import { Connection } from "../../lib/bus/connection";
import { type NameClaim, type NameOptions, type NameState, OwnedNames } from "../../lib/bus/owned-names";
import { Transport } from "../../lib/bus/transport";
import type { DBusNodeError } from "../../lib/errors";
import { SIGNAL } from "../../lib/wire/types";
import { english } from "../support/english";
import { type PrivateBus, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { RawPeer, REPLACE } from "../support/raw-peer";
import { Collector, eventually } from "../support/until";

const NAME = "com.example.Owned1";
const PLAIN: NameOptions = { allowReplacement: false, replaceExisting: false, doNotQueue: false };

interface Told {
  readonly state: NameState;
  readonly error: DBusNodeError | undefined;
}

describe("OwnedNames", () => {
  watchProcess();
  let bus: PrivateBus;
  let peer: RawPeer;
  let connection: Connection;

  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    peer = await RawPeer.join(bus);
    connection = await connect();
  });
  afterEach(async () => {
    connection.close();
    peer.close();
    await bus.stop();
  });

  async function connect(): Promise<Connection> {
    const made = new Connection(bus.address);
    made.open();
    await eventually(() => made.status.state === "connected", { what: "the connection" });
    return made;
  }
  function claim(options: Partial<NameOptions> = {}, by = connection): { claim: NameClaim; told: Collector<Told> } {
    const told = new Collector<Told>();
    const listener = (state: NameState, error?: DBusNodeError) => told.add({ state, error });
    return { claim: by.names.request(NAME, { ...PLAIN, ...options }, listener), told };
  }
  const states = ({ items }: Collector<Told>) => items.map(({ state }) => state);
  const becomes = (told: Collector<Told>, wanted: NameState) => told.first(({ state }) => state === wanted);
  const owner = async () => (await peer.askBus("GetNameOwner", "s", [NAME]))[0];
  const hasOwner = async () => (await peer.askBus("NameHasOwner", "s", [NAME]))[0];
  /** All that we have asked of the bus is done: it answers in order. */
  const settled = () => askBus(connection, { member: "GetId", answer: "s" });

  it("owns a name, and gives it up with its last share", async () => {
    const first = claim();
    assert.equal(first.claim.state, "pending");
    await becomes(first.told, "owned");
    const second = claim({ doNotQueue: true });
    assert.equal(second.claim.state, "owned");
    assert.equal(await owner(), connection.uniqueName);
    first.claim.release();
    first.claim.release();
    await settled();
    assert.equal(await owner(), connection.uniqueName);
    second.claim.release();
    await settled();
    assert.equal(await hasOwner(), false);
    assert.equal(connection.names.size, 0);
    assert.deepEqual(states(first.told), ["owned"]);
    assert.deepEqual(states(second.told), []);
  });

  it("takes the options of whoever asks last", async () => {
    const first = claim();
    await becomes(first.told, "owned");
    await assert.rejects(peer.own(NAME), /RequestName .*: 2/);
    claim({ allowReplacement: true });
    await settled();
    assert.equal(first.claim.state, "owned");
    await peer.own(NAME, REPLACE.existing);
    await becomes(first.told, "queued");
    claim({ doNotQueue: true });
    await becomes(first.told, "taken");
    assert.deepEqual((await peer.askBus("ListQueuedOwners", "s", [NAME]))[0], [peer.uniqueName]);
  });

  it("asks anew for a name that was not to be had, when somebody else wants it too", async () => {
    await peer.own(NAME);
    const first = claim({ doNotQueue: true });
    await becomes(first.told, "taken");
    await peer.askBus("ReleaseName", "s", [NAME]);
    const second = claim({ doNotQueue: true });
    await becomes(first.told, "owned");
    assert.equal(second.claim.state, "owned");
    assert.equal(await owner(), connection.uniqueName);
  });

  it("owns again what it has just given up", async () => {
    const first = claim();
    await becomes(first.told, "owned");
    first.claim.release();
    const again = claim();
    await settled();
    assert.equal(again.claim.state, "owned");
    assert.equal(await owner(), connection.uniqueName);
  });

  it("takes nothing for its own that was said of a share before", async () => {
    const before = claim();
    before.claim.release();
    const after = claim();
    await becomes(after.told, "owned");
    await settled();
    assert.deepEqual(states(after.told), ["owned"]);
    assert.equal(await owner(), connection.uniqueName);
  });

  it("waits in the queue for a name, and gets it", async () => {
    await peer.own(NAME);
    const { claim: waiting, told } = claim();
    await becomes(told, "queued");
    assert.equal(await owner(), peer.uniqueName);
    await peer.askBus("ReleaseName", "s", [NAME]);
    await becomes(told, "owned");
    assert.equal(waiting.state, "owned");
    assert.deepEqual(states(told), ["queued", "owned"]);
  });

  it("leaves the queue when it is released", async () => {
    await peer.own(NAME);
    const { claim: waiting, told } = claim();
    await becomes(told, "queued");
    waiting.release();
    await settled();
    assert.deepEqual((await peer.askBus("ListQueuedOwners", "s", [NAME]))[0], [peer.uniqueName]);
  });

  it("does not queue where that is not wanted", async () => {
    await peer.own(NAME);
    const { told } = claim({ doNotQueue: true });
    await becomes(told, "taken");
    await peer.askBus("ReleaseName", "s", [NAME]);
    await settled();
    assert.deepEqual(states(told), ["taken"]);
    assert.equal(await hasOwner(), false);
  });

  it("is replaced where it allows that, and has the name back after", async () => {
    const { told } = claim({ allowReplacement: true });
    await becomes(told, "owned");
    await peer.own(NAME);
    await becomes(told, "queued");
    assert.equal(await owner(), peer.uniqueName);
    await peer.askBus("ReleaseName", "s", [NAME]);
    await told.until(3);
    assert.deepEqual(states(told), ["owned", "queued", "owned"]);
    assert.equal(await owner(), connection.uniqueName);
  });

  it("has lost the name for good where it is replaced and does not queue", async () => {
    const { told } = claim({ allowReplacement: true, doNotQueue: true });
    await becomes(told, "owned");
    await peer.own(NAME);
    await becomes(told, "taken");
    assert.deepEqual((await peer.askBus("ListQueuedOwners", "s", [NAME]))[0], [peer.uniqueName]);
  });

  it("is not replaced where it does not allow that", async () => {
    const { told } = claim();
    await becomes(told, "owned");
    await assert.rejects(peer.own(NAME), /RequestName .*: 2/);
    assert.equal(await owner(), connection.uniqueName);
  });

  it("replaces an owner that allows it", async () => {
    await peer.own(NAME);
    const { told } = claim({ replaceExisting: true });
    await becomes(told, "owned");
    assert.equal(await owner(), connection.uniqueName);
    assert.deepEqual(states(told), ["owned"]);
  });

  it("believes nobody but the bus that a name is lost", async () => {
    const { claim: owned, told } = claim();
    await becomes(told, "owned");
    peer.emit([BUS_PATH, BUS_INTERFACE, "NameLost"], "s", [NAME], connection.uniqueName);
    await peer.call({
      destination: connection.uniqueName,
      path: "/",
      interface: "org.freedesktop.DBus.Peer",
      member: "Ping",
    });
    assert.equal(owned.state, "owned");
  });

  it("asks for all its names again after a reconnect", async () => {
    const { claim: owned, told } = claim();
    await becomes(told, "owned");
    const gone = claim();
    gone.claim.release();
    await bus.kill();
    await becomes(told, "pending");
    assert.equal(owned.state, "pending");
    await bus.restart();
    await told.until(3);
    peer.close();
    peer = await RawPeer.join(bus);
    await eventually(() => connection.status.state === "connected");
    assert.equal(await owner(), connection.uniqueName);
    assert.deepEqual(states(told), ["owned", "pending", "owned"]);
    assert.equal(owned.state, "owned");
  });

  it("may be asked for while there is no bus", async () => {
    await bus.kill();
    await eventually(() => connection.status.state !== "connected");
    const { told } = claim();
    await bus.restart();
    await becomes(told, "owned");
    assert.deepEqual(states(told), ["owned"]);
  });
});

describe("OwnedNames where the bus's policy refuses a name", () => {
  watchProcess();
  const RETRY_MS = 20;
  const CONFIG = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><policy context="default"><allow own="${NAME}"/></policy></busconfig>
`;
  let bus: PrivateBus;
  let transport: Transport;
  let driver: BusDriver;
  let names: OwnedNames;
  let asked = 0;

  beforeEach(async () => {
    bus = await startBus({ type: "system" });
    let serial = 0;
    asked = 0;
    transport = await Transport.open(bus.address, {
      timeoutMs: 5_000,
      onMessage: (message) => {
        if (message.type === SIGNAL) names.signal(message);
        else driver.reply(message);
      },
      onClose: () => {},
    });
    driver = new BusDriver((message) => {
      if (message.member === "RequestName") asked++;
      transport.write(Transport.encode(message, ++serial));
      return serial;
    });
    names = new OwnedNames(driver, RETRY_MS);
    await driver.hello(5_000);
    driver.reachable = true;
  });
  afterEach(async () => {
    transport.close();
    await bus.stop();
  });

  it("says why, and owns it once a policy file is there", async () => {
    const told = new Collector<Told>();
    const claim = names.request(NAME, PLAIN, (state, error) => told.add({ state, error }));
    const { error } = await told.first(({ state }) => state === "refused");
    assert.equal(error?.code, "DBUS_ACCESS_DENIED");
    assert.match(english(error.text), /RequestName/);
    // It is told once, however often it is asked.
    await eventually(() => asked >= 3);
    assert.equal(told.items.length, 1);
    writeFileSync(path.join(bus.policyDir, `${NAME}.conf`), CONFIG);
    await bus.reload();
    await told.first(({ state }) => state === "owned");
    claim.release();
  });

  it("does not ask any more when it is released", async () => {
    const told = new Collector<Told>();
    const claim = names.request(NAME, PLAIN, (state, error) => told.add({ state, error }));
    await told.first(({ state }) => state === "refused");
    claim.release();
    const before = asked;
    // A second name is refused later, and asked for again later still.
    const later = names.request("com.example.Later1", PLAIN, () => {});
    await eventually(() => asked >= before + 3);
    later.release();
    assert.equal(names.size, 0);
    writeFileSync(path.join(bus.policyDir, `${NAME}.conf`), CONFIG);
    await bus.reload();
    await driver.query("GetId", 5_000);
    assert.equal(told.items.length, 1);
  });
});
