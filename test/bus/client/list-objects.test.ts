import assert from "node:assert/strict";
import { LISTING_LIMITS, listObjects, type ObjectListing } from "../../../lib/client/list-objects";
import { failure } from "../../support/raw-peer";
import { managedObjects, nodeXml, type Tree, wideTree } from "../../support/tree-service";
import { treeSuite } from "../../support/tree-suite";

const NAME = "com.example.Tree";
const MANAGER = "org.freedesktop.DBus.ObjectManager";

describe("listing a service's objects", function () {
  this.timeout(30_000);
  const suite = treeSuite(NAME);

  const list = async (tree: Tree): Promise<ObjectListing> => {
    await suite.serve(tree);
    // However slow the machine of this test is.
    return await listObjects(suite.lease, NAME, { ...LISTING_LIMITS, totalMs: 30_000 });
  };
  const fixed =
    (documents: Readonly<Record<string, string>>): Tree["xml"] =>
    (path) =>
      documents[path];

  it("gives the paths in the order of the tree, with their own interfaces", async () => {
    const { paths, leftOut, incomplete } = await list({
      xml: fixed({
        "/": nodeXml({}, ["b", "a_b", "a"]),
        "/a": nodeXml({ "com.example.A": "", "org.freedesktop.DBus.Peer": "" }, ["c/d"]),
        "/a/c/d": nodeXml({}),
        "/a_b": nodeXml({}),
        "/b": nodeXml({ "com.example.B": "", "com.example.C": "" }),
      }),
    });
    assert.deepEqual(paths, [
      { path: "/", interfaces: [] },
      { path: "/a", interfaces: ["com.example.A"] },
      { path: "/a/c/d", interfaces: [] },
      { path: "/a_b", interfaces: [] },
      { path: "/b", interfaces: ["com.example.B", "com.example.C"] },
    ]);
    assert.deepEqual([leftOut, incomplete], [0, undefined]);
    // It says nothing to the cache that it would not have known.
    assert.equal(suite.lease.introspection.size, 0);
  });

  for (const manager of ["/", "/top"]) {
    it(`asks the object manager at ${manager} rather than each object`, async () => {
      const { paths } = await list({
        xml: fixed({
          "/": nodeXml({}, ["top"]),
          "/top": nodeXml({ [MANAGER]: "" }, ["one", "two"]),
          "/top/two": nodeXml({ "com.example.Two": "" }),
        }),
        managed: (path) => (path === manager ? { "/top/one": { "com.example.One": { X: 1 } } } : undefined),
      });
      assert.deepEqual(paths, [
        { path: "/", interfaces: [] },
        { path: "/top", interfaces: [] },
        { path: "/top/one", interfaces: ["com.example.One"] },
        { path: "/top/two", interfaces: ["com.example.Two"] },
      ]);
      assert.ok(!suite.service.asked.includes("Introspect /top/one"), suite.service.asked.join("\n"));
    });
  }

  it("finds the one object of a service that says nothing at the root", async () => {
    const { paths } = await list({ xml: fixed({ "/com/example/Tree": nodeXml({ "com.example.Tree": "" }) }) });
    assert.deepEqual(paths, [{ path: "/com/example/Tree", interfaces: ["com.example.Tree"] }]);
  });

  it("takes no answer to a path that was guessed for an object", async () => {
    const { paths } = await list({ xml: () => nodeXml({ "org.freedesktop.DBus.Peer": "" }) });
    assert.deepEqual(paths, [{ path: "/", interfaces: [] }]);
  });

  it("says why there is nothing to list", async () => {
    await suite.serve({ xml: () => undefined });
    assert.equal((await failure(listObjects(suite.lease, NAME))).code, "DBUS_INTROSPECTION_FAILED");
    assert.equal((await failure(listObjects(suite.lease, "com.example.Nobody"))).code, "DBUS_NAME_NOT_FOUND");
  });

  it("lists 1,000 objects, and of more than 5,000 as many, with the number of the others", async () => {
    const thousand = await list({ xml: wideTree(1_000) });
    assert.deepEqual([thousand.paths.length, thousand.leftOut, thousand.incomplete], [1_002, 0, undefined]);
    const many = await list({ xml: () => undefined, managed: () => managedObjects(7_000, 3) });
    assert.deepEqual([many.paths.length, many.leftOut], [5_000, 2_000]);
  });

  it("stops in time with what it has when the service stops answering", async () => {
    await suite.serve({
      xml: (path) =>
        path === "/"
          ? nodeXml(
              {},
              Array.from({ length: 100 }, (_, index) => `child${index}`),
            )
          : "silent",
    });
    const limits = { objects: 1_000, silenceMs: 1_000, totalMs: 10_000 };
    const { paths, incomplete } = await listObjects(suite.lease, NAME, limits);
    assert.deepEqual(paths[0], { path: "/", interfaces: [] });
    assert.equal(incomplete?.code, "DBUS_TIMEOUT");
    // Eight were asked for, and nothing more after their silence.
    assert.equal(suite.service.asked.filter((call) => call.startsWith("Introspect /child")).length, 8);
  });

  it("stops in time when each answer comes just in time", async () => {
    await suite.serve({ xml: (path) => nodeXml({}, [`below_${path.length}`, "x"]) });
    const { paths, leftOut } = await listObjects(suite.lease, NAME, {
      objects: 5_000,
      silenceMs: 3_000,
      totalMs: 1_000,
    });
    assert.ok(paths.length > 1);
    assert.ok(leftOut >= 0);
  });

  it("goes on when the service has gone", async () => {
    await suite.serve({
      xml: (path) => {
        if (path === "/") return nodeXml({}, ["a", "b"]);
        suite.service.stop();
        return "silent";
      },
    });
    const { paths, incomplete } = await listObjects(suite.lease, NAME);
    assert.equal(paths[0]?.path, "/");
    assert.match(incomplete?.code ?? "", /^DBUS_(NO_REPLY|NAME_NOT_FOUND)$/);
  });

  describe("of a hostile service", () => {
    it("comes to an end where an object lists itself", async () => {
      const { paths, leftOut } = await list({ xml: () => nodeXml({}, ["again"]) });
      assert.deepEqual([paths.length, leftOut], [33, 1]);
    });

    it("comes to an end where the tree branches without end", async () => {
      const { paths, leftOut } = await list({ xml: () => nodeXml({}, ["a", "b", "c"]) });
      assert.equal(paths.length, 5_000);
      assert.ok(leftOut > 1_000);
    });

    it("leaves out what is no path, with its number", async () => {
      const names = [
        "good",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "..",
        "a b",
        "a//b",
        "/absolute",
        "x".repeat(2_000),
      ];
      const { paths, leftOut } = await list({ xml: (path) => nodeXml({}, path === "/" ? names : []) });
      assert.deepEqual(
        paths.map(({ path }) => path),
        ["/", "/good"],
      );
      assert.equal(leftOut, names.length - 1);
    });

    it("survives as many children as a document holds", async () => {
      const children = Array.from({ length: 100_000 }, (_, index) => index.toString(36));
      const document = nodeXml({}, children).replaceAll(`<node name="`, `<node name='`).replaceAll(`"/>`, `'/>`);
      const most = document.slice(0, 1 << 20);
      const whole = `${most.slice(0, most.lastIndexOf("<"))}</node>`;
      const { paths, leftOut } = await list({ xml: (path) => (path === "/" ? whole : nodeXml({})) });
      assert.equal(paths.length, 5_000);
      assert.ok(leftOut > 40_000, String(leftOut));
    });

    for (const [what, xml] of [
      ["too large", `<node>${" ".repeat(1 << 20)}</node>`],
      ["too deep", `${"<node>".repeat(100)}${"</node>".repeat(100)}`],
      ["of entities", `<!DOCTYPE node [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><node><node name="&b;"/></node>`],
      ["not XML", "{}"],
    ] as const) {
      it(`says that its introspection is ${what}`, async () => {
        await suite.serve({ xml: () => xml });
        assert.equal((await failure(listObjects(suite.lease, NAME))).code, "DBUS_INTROSPECTION_FAILED");
      });
    }

    it("passes over an answer of the wrong type", async () => {
      await suite.serve({
        xml: (path) => (path === "/" ? nodeXml({ "com.example.A": "" }) : undefined),
        managed: () => "no dict",
      });
      assert.deepEqual((await listObjects(suite.lease, NAME)).paths, [{ path: "/", interfaces: ["com.example.A"] }]);
    });
  });
});
