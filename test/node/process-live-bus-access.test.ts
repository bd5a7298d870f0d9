import assert from "node:assert/strict";
import type { FailureAnswer, NamesAnswer } from "../../lib/shared/admin";
import { type AdminRequest, askRuntime, tokenOf, withUsers } from "../support/admin-request";
import { node, type SavedNode, TAB } from "../support/flow-parts";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { platformOfSuite } from "../support/platform";
import { type PrivateBus, startBus } from "../support/private-bus";

const USERS = {
  all: "*",
  reader: "read",
  dbusReader: "dbus.read",
  dbusWriter: ["dbus.read", "dbus.write"],
  other: "flows.read",
} as const;
type User = keyof typeof USERS;

const ROUTES: readonly (readonly [string, Record<string, string>])[] = [
  ["names", {}],
  ["objects", { destination: "org.freedesktop.DBus" }],
  ["interfaces", { destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus" }],
];

describe("who may ask a running Node-RED about buses", function () {
  this.timeout(60_000);
  let bus: PrivateBus;
  let other: PrivateBus;
  let nodeRed: NodeRed;

  before(async () => {
    [bus, other] = await Promise.all([startBus({ type: "session" }), startBus({ type: "session" })]);
  });
  after(() => Promise.all([bus.stop(), other.stop()]));

  const listener = (address: string): SavedNode =>
    node("dbus-signal", "one", { bus: "address", address, listen: "names", sender: "" });
  const start = async (settings: object, flows: readonly SavedNode[] = []) => {
    nodeRed = await startNodeRed({
      version: platformOfSuite(),
      env: { DBUS_SYSTEM_BUS_ADDRESS: bus.address, OTHER_BUS: other.address },
      flows: [TAB, ...flows],
      settings: { ...settings },
    });
  };

  describe("with users", () => {
    const tokens = new Map<User, string>();
    const ask = (user: User | undefined, route: string, request: AdminRequest) =>
      askRuntime<FailureAnswer>(nodeRed, route, {
        ...request,
        token: user === undefined ? undefined : tokens.get(user),
      });
    const start401 = (user: User | undefined) =>
      ask(user, "start", { body: { bus: "system", destination: "com.example.Nobody" } });

    before(async () => {
      await start(withUsers(USERS), [listener(`\${OTHER_BUS}`)]);
      for (const user of Object.keys(USERS) as User[]) tokens.set(user, await tokenOf(nodeRed, user));
    });
    after(() => nodeRed.stop());

    it("tells nothing to who has not logged in, or has no such permission", async () => {
      for (const [route, fields] of ROUTES) {
        for (const user of [undefined, "other"] as const) {
          assert.equal((await ask(user, route, { query: { bus: "system", ...fields } })).status, 401, route);
        }
      }
      for (const user of [undefined, "other"] as const) assert.equal((await start401(user)).status, 401);
    });

    it("tells who may read, and starts nothing for them", async () => {
      for (const user of ["all", "reader", "dbusReader", "dbusWriter"] as const) {
        for (const [route, fields] of ROUTES) {
          assert.equal(
            (await ask(user, route, { query: { bus: "system", ...fields } })).status,
            200,
            `${user} ${route}`,
          );
        }
      }
      for (const user of ["reader", "dbusReader"] as const) assert.equal((await start401(user)).status, 401);
      for (const user of ["all", "dbusWriter"] as const) assert.equal((await start401(user)).status, 404);
    });

    it("connects who may read to no address but those of deployed nodes", async () => {
      for (const address of [other.address, `\${OTHER_BUS}`]) {
        const { status, body } = await ask("reader", "names", { query: { bus: "address", address } });
        assert.equal(status, 200, JSON.stringify(body));
        assert.equal((body as unknown as NamesAnswer).address, other.address);
      }
      for (const address of [bus.address, "unix:path=/none", "not an address", `${other.address};${bus.address}`]) {
        const { status, body } = await ask("reader", "names", { query: { bus: "address", address } });
        assert.deepEqual([status, body.code, body.problem.key], [403, "ADDRESS_NOT_USED", "admin.address-not-used"]);
      }
    });

    it("connects who may write to any address, but starts a program and reads variables only for who may deploy", async () => {
      const query = (address: string) => ({ query: { bus: "address", address } });
      assert.equal((await ask("dbusWriter", "names", query(bus.address))).status, 200);
      // What a writer has looked at counts for nobody else.
      assert.equal((await ask("reader", "names", query(bus.address))).status, 403);
      const wrong = await ask("dbusWriter", "names", query("not an address"));
      assert.deepEqual([wrong.status, wrong.body.code], [400, "DBUS_INVALID_ADDRESS"]);
      const program = "unixexec:path=/bin/false";
      for (const address of [program, `unix:path=/none;${program}`, `\${HOME}`]) {
        const { status, body } = await ask("dbusWriter", "names", query(address));
        assert.deepEqual([status, body.code, body.problem.key], [403, "ADDRESS_NOT_USED", "admin.address-flow"]);
      }
      const tried = await ask("all", "names", query(program));
      assert.equal(tried.status, 503);
      assert.equal(tried.body.problem.key, "link.program-ended");
      assert.equal((await ask("all", "names", query(`\${DBUS_SYSTEM_BUS_ADDRESS}`))).status, 200);
    });

    it("forgets an address with the node that used it", async () => {
      const query = { bus: "address", address: other.address };
      const headers = { authorization: `Bearer ${tokens.get("all")}` };
      const deploy = async (flows: readonly SavedNode[]) => {
        const answer = await nodeRed.api("/flows", {
          method: "POST",
          headers: { ...headers, "content-type": "application/json", "node-red-deployment-type": "full" },
          body: JSON.stringify(flows),
        });
        assert.ok(answer.ok);
      };
      await deploy([TAB]);
      assert.equal((await ask("reader", "names", { query })).status, 403);
    });
  });

  describe("from which pages", () => {
    const headersOf = (headers: Record<string, string>) => ({ query: { bus: "system" }, headers });
    const status = async (headers: Record<string, string>) =>
      (await askRuntime(nodeRed, "names", headersOf(headers))).status;

    before(() => start({ httpAdminCors: { origin: "https://friend.example" } }));
    after(() => nodeRed.stop());

    it("answers its own pages, also behind a proxy, and programs", async () => {
      assert.equal(await status({}), 200);
      assert.equal(await status({ origin: nodeRed.url }), 200);
      assert.equal(await status({ "sec-fetch-site": "same-origin" }), 200);
      assert.equal(await status({ origin: "https://red.example", "sec-fetch-site": "same-origin" }), 200);
      assert.equal(await status({ origin: "https://friend.example", "sec-fetch-site": "cross-site" }), 200);
    });

    it("answers no other page", async () => {
      for (const headers of [
        { origin: "https://elsewhere.example" },
        { origin: "https://elsewhere.example", "sec-fetch-site": "cross-site" },
        { origin: `http://127.0.0.1:${nodeRed.port + 1}` },
        { origin: "null" },
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
      ]) {
        const { status: code, body } = await askRuntime<FailureAnswer>(nodeRed, "names", headersOf(headers));
        assert.deepEqual([code, body.code], [403, "FOREIGN_PAGE"], JSON.stringify(headers));
      }
      // A picture or a form of another page has no such header.
      assert.equal((await nodeRed.api("/dbus/names?bus=system")).status, 403);
      assert.equal((await nodeRed.api("/dbus/environment")).status, 403);
    });

    it("takes what is to be started as JSON only, and by POST only", async () => {
      const fields = { bus: "system", destination: "com.example.Nobody" };
      const form = await nodeRed.api("/dbus/start", {
        method: "POST",
        headers: { "x-requested-with": "XMLHttpRequest" },
        body: new URLSearchParams(fields),
      });
      assert.equal(form.status, 415);
      assert.equal((await askRuntime(nodeRed, "start", { query: fields })).status, 404);
      const foreign = await askRuntime<FailureAnswer>(nodeRed, "start", {
        body: fields,
        headers: { origin: "https://elsewhere.example" },
      });
      assert.deepEqual([foreign.status, foreign.body.code], [403, "FOREIGN_PAGE"]);
    });
  });
});
