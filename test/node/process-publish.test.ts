import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { busctl } from "../support/busctl";
import { hasEnded } from "../support/child";
import { method, NAME, PATH, property } from "../support/export-bus";
import { button, debug, node, OBSERVERS, type SavedNode, TAB } from "../support/flow-parts";
import { makeUserDir, type NodeRed, startNodeRed } from "../support/node-red";
import { platformOfSuite } from "../support/platform";
import { type PrivateBus, startBus } from "../support/private-bus";
import { eventuallyAsync } from "../support/until";

/** Node-RED's file store without its cache, which answers by callback only. */
const ASYNC_STORE = { contextStorage: { default: { module: "localfilesystem", config: { cache: false } } } };

describe("a published object in a real Node-RED", function () {
  this.timeout(120_000);
  let bus: PrivateBus;
  let nodeRed: NodeRed | undefined;
  beforeEach(async () => {
    bus = await startBus({ type: "session" });
  });
  afterEach(async () => {
    await nodeRed?.stop();
    nodeRed = undefined;
    await bus.stop();
  });

  const publish = (id: string, fields: object = {}): SavedNode => ({
    ...node("dbus-publish", id),
    ...{ action: "export", bus: "address", address: bus.address, busName: NAME, path: PATH, interface: NAME },
    ...{ outputs: 2, wires: [[], []], ...fields },
  });
  const start = async (nodes: readonly SavedNode[], options: object = {}): Promise<NodeRed> => {
    nodeRed = await startNodeRed({ version: platformOfSuite(), flows: [TAB, ...OBSERVERS, ...nodes], ...options });
    return nodeRed;
  };
  const get = async (name: string) => (await busctl(bus, "get-property", NAME, PATH, NAME, name)).stdout.trim();
  const owned = () =>
    eventuallyAsync(async () => (await busctl(bus, "status", NAME)).code === 0, { within: 20_000, what: NAME });

  it("has its kept values from a store that answers by callback only, before anybody can read others", async () => {
    const properties = [property("Level", "u", "5"), property("Big", "t", "1"), property("Label", "s", "typed")];
    const flows = (rows = properties) => [
      publish("export", { properties: rows, keepValues: true }),
      button("set", { payload: { Level: 42, Big: "18446744073709551615" } }, "export"),
    ];
    const userDir = makeUserDir();
    const options = { userDir, settings: ASYNC_STORE };
    const first = await start(flows(), options);
    await owned();
    assert.equal(await get("Level"), "u 5");
    await first.inject("set");
    const set = await busctl(bus, "set-property", NAME, PATH, NAME, "Label", "s", "a peers");
    assert.equal(set.code, 0, set.stderr);
    await eventuallyAsync(async () => (await get("Level")) === "u 42");
    await first.stop();

    const second = await start(flows(), options);
    await owned();
    const values = await Promise.all(["Level", "Big", "Label"].map(get));
    assert.deepEqual(values, ["u 42", "t 18446744073709551615", 's "a peers"']);
    await second.stop();

    // Of other types now: what does not fit is left out and told, the rest is there.
    const changed = [property("Level", "s", "new"), property("Big", "t", "1"), property("Label", "as", '["x"]')];
    const third = await start(flows(changed), options);
    await owned();
    assert.deepEqual(await Promise.all(["Level", "Big", "Label"].map(get)), [
      's "new"',
      "t 18446744073709551615",
      'as 1 "x"',
    ]);
    const { msg } = await third.log.first(({ msg }) => String(msg).startsWith("Kept values"));
    assert.equal(msg, `Kept values that do not fit their properties any more are left out at ${PATH}: Level, Label`);
    await third.stop();

    const file = contextFile(userDir);
    assert.match(readFileSync(file, "utf8"), /"Big"/);
    writeFileSync(file, "{ broken");
    const fourth = await start(flows(changed), options);
    await owned();
    assert.equal(await get("Big"), "t 1");
    await fourth.log.first(({ level, msg }) => level === 30 && /could not be read/.test(String(msg)));
    assert.ok(!hasEnded(fourth.child));
  });

  it("is answered through function nodes, Split and Join, and a link call", async () => {
    const methods = [method("Join", ["s", "s"], ["s"], 20)];
    const on = (id: string, interfaceName: string, next: string) =>
      publish(id, { interface: interfaceName, methods, wires: [[next], []] });
    const replace = "const copy = RED.util.cloneMessage(msg); copy.payload = msg.payload.join('+'); return copy;";
    const fn = (id: string, func: string, next: string) =>
      node("function", id, { func, outputs: 1, timeout: 0, libs: [], initialize: "", finalize: "" }, next);
    const red = await start([
      on("by-function", "com.example.Function1", "clone"),
      fn("clone", replace, "reply"),
      on("by-split", "com.example.Split1", "split"),
      node(
        "split",
        "split",
        { splt: "\\n", spltType: "str", arraySplt: 1, arraySpltType: "len", stream: false, property: "payload" },
        "upper",
      ),
      fn("upper", "msg.payload = msg.payload.toUpperCase(); return msg;", "join"),
      node(
        "join",
        "join",
        { mode: "auto", build: "object", property: "payload", propertyType: "msg", joiner: "\\n", joinerType: "str" },
        "joined",
      ),
      fn("joined", "msg.payload = msg.payload.join('-'); return msg;", "reply"),
      on("by-link", "com.example.Link1", "linkcall"),
      node("link call", "linkcall", { links: ["linkin"], linkType: "static", timeout: "10" }, "reply"),
      node("link in", "linkin", { links: [] }, "linked"),
      fn("linked", "msg.payload = msg.payload.reverse().join(''); return msg;", "linkout"),
      { ...node("link out", "linkout", { mode: "return", links: [] }), wires: [] },
      { ...node("dbus-publish", "reply", { action: "reply", outputs: 0 }), wires: [] },
    ]);
    await owned();
    const call = async (interfaceName: string, ...values: readonly string[]) => {
      const { stdout, stderr } = await busctl(bus, "call", NAME, PATH, interfaceName, "Join", "ss", ...values);
      return stdout.trim() || stderr;
    };
    for (const [first, second] of [
      ["a", "b"],
      ["c", "d"],
    ] as const) {
      const answers = ["Function1", "Split1", "Link1"].map((name) => call(`com.example.${name}`, first, second));
      const expected = [`${first}+${second}`, `${first}-${second}`.toUpperCase(), `${second}${first}`];
      assert.deepEqual(
        await Promise.all(answers),
        expected.map((value) => `s "${value}"`),
      );
    }
    assert.deepEqual(
      red.messages.items.filter(({ node: at }) => at === "caught"),
      [],
    );
  });

  it("says at deploy, of each class of bad field, what is wrong with it", async () => {
    const bad: Readonly<Record<string, readonly [fields: object, reason: RegExp]>> = {
      name: [{ busName: "com" }, /Bus name: expected two or more elements.*“com”/],
      reserved: [{ busName: "org.freedesktop.DBus" }, /belongs to D-Bus itself/],
      path: [{ path: "a/b" }, /an object path begins with a slash/],
      interface: [{ interface: "nodots" }, /nodots/],
      signature: [{ properties: [property("A", "a{vs}", "")] }, /row 1.*signature/],
      value: [{ properties: [property("A", "u", "-1")] }, /row 1.*first value.*from 0 to 4294967295, got -1/],
      "hand-made value": [{ properties: [property("A", "u", { no: "number" })] }, /“A”|A/],
      twice: [{ properties: [property("A", "u", "1"), property("A", "s", "")] }, /row 2.*“A” is there twice/],
      "method twice": [{ methods: [method("M", [], []), method("M", ["s"], [])] }, /row 2.*“M” is there twice/],
      "argument twice": [
        {
          methods: [
            {
              ...method("M", [], []),
              in: [
                { name: "a", signature: "s" },
                { name: "a", signature: "s" },
              ],
            },
          ],
        },
        /argument 2.*“a” is there twice/,
      ],
      member: [{ signals: [{ name: "a.b", args: [] }] }, /row 1.*“a\.b” is not a member name/],
      rows: [{ methods: "none" }, /Methods: expected an array, got string/],
    };
    const red = await start([
      ...Object.entries(bad).map(([id, [fields]]) => publish(`bad ${id}`, { path: "/bad", ...fields })),
      ...Object.keys(bad).map((id) => button(`try ${id}`, { topic: "A", payload: 1 }, `bad ${id}`)),
      publish("good", { properties: [property("Level", "u", "5")] }),
      debug("any"),
    ]);
    await owned();
    assert.equal(await get("Level"), "u 5", "the others are well");
    for (const [id, [, reason]] of Object.entries(bad)) {
      const { msg } = await red.log.first((entry) => entry.id === `bad ${id}` && entry.level === 20, { what: id });
      assert.match(String(msg), reason, id);
      await red.inject(`try ${id}`);
      const { error } = await red.messageAt("caught", (caught) => Object(caught["error"]).source?.id === `bad ${id}`);
      assert.match(Object(error).message, reason, id);
    }
  });
});

/** The file in which Node-RED's store has a node's context. */
function contextFile(userDir: string): string {
  const folder = path.join(userDir, "context", "tab");
  const [file] = readdirSync(folder).filter((name) => name === "export.json");
  assert.ok(file, "the node's context file");
  return path.join(folder, file);
}
