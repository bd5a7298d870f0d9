import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { busctl } from "../support/busctl";
import { NAME, PATH, property } from "../support/export-bus";
import { helper, type LoadedFlow, type NodeStatus, useNodeRed } from "../support/helper";
import { NameOwner } from "../support/name-owner";
import { type PrivateBus, startBus } from "../support/private-bus";
import { watchProcess } from "../support/process-health";
import { exportNode, loadPublish, owning, sent, surroundings } from "../support/publish-flow";

/** RequestName's flags. */
const ALLOW = 1;
const REPLACE = 2;
const WARN = 30;
const INFO = 40;

const shown = (fill: string, shape: string, key: string) => (status: NodeStatus | undefined) =>
  status?.fill === fill && status.shape === shape && (status.text ?? "").endsWith(key);
const QUEUED = shown("yellow", "ring", ":status.name-queued");
const TAKEN = shown("yellow", "ring", ":status.name-taken");
const REFUSED = shown("red", "ring", ":status.name-refused");
const OWNED = shown("green", "dot", NAME.slice(-18));

/** What the log says of names at this level. */
const logged = (flow: LoadedFlow, level: number) =>
  flow.log.items.flatMap((entry) =>
    entry.level === level ? (/:log\.(name-.*)/.exec(String(entry.msg))?.[1] ?? []) : [],
  );

describe("dbus-publish: its name", () => {
  useNodeRed();
  watchProcess();
  let bus: PrivateBus;
  let other: NameOwner;
  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    other = await NameOwner.start(bus, NAME);
  });
  afterEach(async () => {
    await other.stop();
    await bus.stop();
  });

  const node = (fields: object = {}) => exportNode(bus, { properties: [property("Level", "u", "5")], ...fields });
  /** What the node shows from now on. */
  const next = (flow: LoadedFlow, matches: (status: NodeStatus | undefined) => boolean, id = "export") => {
    const before = [...flow.statuses(id).items];
    return () => flow.statuses(id).first((status) => !before.includes(status) && matches(status));
  };
  const level = async () => (await busctl(bus, "get-property", NAME, PATH, NAME, "Level")).stdout.trim();

  it("waits in the queue for a name that another program owns, and has it when that gives it up", async () => {
    assert.equal(await other.request(ALLOW), 1);
    const flow = await loadPublish(node());
    await flow.statuses("export").first(QUEUED);
    assert.deepEqual(logged(flow, WARN), ["name-queued"]);
    assert.equal(await sent(flow, "export", { topic: "Level", payload: 6 }), undefined, "it works on meanwhile");
    const owned = next(flow, OWNED);
    assert.equal(await other.release(), 1);
    await owned();
    assert.deepEqual(logged(flow, INFO), ["name-owned"]);
    assert.equal(await level(), "u 6");
  });

  it("is not well until it has its name", async () => {
    const keeper = node({ id: "keeper", busName: "", interface: "com.example.Other1" });
    const flow = await loadPublish(keeper);
    await flow.statuses("keeper").first((status) => status?.fill === "green");
    // The bus does not say yet whose the name is.
    bus.signal("SIGSTOP");
    await helper.setFlows([...surroundings(), keeper, node()], "nodes");
    assert.equal(await sent(flow, "export", { topic: "Level", payload: -1 }), "DBUS_INVALID_ARGUMENT");
    await flow.statuses("export").first((status) => status?.fill === "red");
    assert.equal(await sent(flow, "export", { topic: "Level", payload: 1 }), undefined);
    const shown = await flow.statuses("export").until(3);
    assert.deepEqual(
      shown.map(({ fill }) => fill),
      ["yellow", "red", "yellow"],
    );
    bus.signal("SIGCONT");
    await owning(flow);
  });

  it("does not queue where that is chosen, and asks again at the next deploy", async () => {
    assert.equal(await other.request(ALLOW), 1);
    const flow = await loadPublish(node({ doNotQueue: true }));
    await flow.statuses("export").first(TAKEN);
    assert.deepEqual(logged(flow, WARN), ["name-taken"]);
    assert.equal(await other.release(), 1);
    assert.equal(await other.request(ALLOW), 1, "nobody was in the queue");
    assert.equal(await other.release(), 1);
    const owned = next(flow, OWNED);
    await helper.setFlows([...surroundings(), node({ doNotQueue: true, interface: "com.example.Other1" })], "nodes");
    await owned();
  });

  it("is replaced where it allows that, waits, and has the name back", async () => {
    const flow = await loadPublish(node({ allowReplacement: true }));
    await owning(flow);
    const lost = next(flow, QUEUED);
    assert.equal(await other.request(REPLACE), 1);
    await lost();
    assert.deepEqual(logged(flow, WARN), ["name-queued"]);
    const regained = next(flow, OWNED);
    await other.stop();
    await regained();
    assert.deepEqual(logged(flow, INFO), ["name-owned"]);
    assert.equal(await level(), "u 5");
  });

  it("has lost a name for good where it is replaced and does not queue", async () => {
    const flow = await loadPublish(node({ allowReplacement: true, doNotQueue: true }));
    await owning(flow);
    const lost = next(flow, TAKEN);
    assert.equal(await other.request(REPLACE), 1);
    await lost();
    assert.deepEqual(logged(flow, WARN), ["name-taken"]);
  });

  it("is not replaced where it does not allow that", async () => {
    const flow = await loadPublish(node());
    await owning(flow);
    assert.equal(await other.request(REPLACE), 2);
    assert.equal(await level(), "u 5");
    assert.deepEqual(logged(flow, WARN), []);
  });

  it("replaces another program that allows it, where that is chosen", async () => {
    assert.equal(await other.request(ALLOW), 1);
    const flow = await loadPublish(node({ replaceExisting: true }));
    await owning(flow);
    assert.equal(await level(), "u 5");
    assert.deepEqual(logged(flow, WARN), []);
  });

  it("cannot replace one that does not allow it", async () => {
    assert.equal(await other.request(0), 1);
    const flow = await loadPublish(node({ replaceExisting: true, doNotQueue: true }));
    await flow.statuses("export").first(TAKEN);
  });

  it("takes a changed option over in a deploy of that node alone, though another shares the name", async () => {
    const keeper = node({ id: "keeper", interface: "com.example.Other1" });
    // Not "export": a field with a node's id in it, such as `action`, makes Node-RED deploy that node as well.
    const changed = (fields: object = {}) => node({ id: "changed", ...fields });
    const flow = await loadPublish(keeper, changed());
    await owning(flow, "changed");
    assert.equal(await other.request(REPLACE), 2);
    assert.equal(await other.release(), 1);
    await helper.setFlows([...surroundings(), keeper, changed({ allowReplacement: true })], "nodes");
    const lost = next(flow, QUEUED, "changed");
    // The bus has the deploy's request before it has the other program's.
    const { code, stderr } = await busctl(bus, "call", NAME, PATH, "org.freedesktop.DBus.Peer", "Ping");
    assert.equal(code, 0, stderr);
    assert.equal(await other.request(REPLACE), 1);
    await lost();
  });

  it("tells once of a name that several nodes share", async () => {
    assert.equal(await other.request(ALLOW), 1);
    const second = node({ id: "second", interface: "com.example.Other1" });
    const flow = await loadPublish(node(), second);
    await flow.statuses("export").first(QUEUED);
    await flow.statuses("second").first(QUEUED);
    await other.release();
    await owning(flow);
    await owning(flow, "second");
    assert.deepEqual(logged(flow, WARN), ["name-queued"]);
    assert.deepEqual(logged(flow, INFO), ["name-owned"]);
  });
});

describe("dbus-publish: a name that the policy refuses", () => {
  useNodeRed();
  watchProcess();
  const CONFIG = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><policy context="default"><allow own="${NAME}"/></policy></busconfig>
`;
  let bus: PrivateBus;
  beforeEach(async () => {
    bus = await startBus({ type: "system" });
  });
  afterEach(() => bus.stop());

  it("is shown red, told once, and owned at a deploy once the policy file is there", async () => {
    const keeper = exportNode(bus, { id: "keeper", interface: "com.example.Other1" });
    const flow = await loadPublish(keeper, exportNode(bus));
    await flow.statuses("export").first(REFUSED);
    await flow.statuses("keeper").first(REFUSED);
    assert.deepEqual(logged(flow, WARN), ["name-refused"]);
    assert.equal(await sent(flow, "export", { payload: {} }), undefined, "the object is there all the same");
    writeFileSync(path.join(bus.policyDir, `${NAME}.conf`), CONFIG);
    await bus.reload();
    // One of the two is deployed: the name is asked for at once, for both.
    await helper.setFlows([...surroundings(), keeper, exportNode(bus, { path: "/other" })], "nodes");
    await owning(flow);
    await owning(flow, "keeper");
  });
});
