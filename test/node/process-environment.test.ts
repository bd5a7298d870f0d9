import assert from "node:assert/strict";
import type { EnvironmentAnswer } from "../../lib/shared/admin";
import { text } from "../../lib/shared/text";
import { english } from "../support/english";
import { debug, node, OBSERVERS, TAB } from "../support/flow-parts";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { platformOfSuite } from "../support/platform";
import { type PrivateBus, startBus } from "../support/private-bus";

/** bcrypt of "secret", at the lowest cost. */
const SECRET = "$2b$04$4oXhEkT6FeVndxCPLxog8e65Y2SDaYoo3Xjw1csdxIYKdpvHithZ.";

describe("a Node-RED and its machine", function () {
  this.timeout(60_000);
  let bus: PrivateBus;
  let nodeRed: NodeRed | undefined;
  before(async () => {
    bus = await startBus({ type: "session" });
  });
  after(() => bus.stop());
  afterEach(async () => {
    await nodeRed?.stop();
    nodeRed = undefined;
  });

  const session = (...ids: readonly string[]) =>
    ids.map((id) => node("dbus-signal", id, { bus: "session", listen: "names", sender: "", initial: true }, "out"));
  const start = async (
    env: Record<string, string>,
    settings: object = {},
    ids = ["one", "two", "three"],
  ): Promise<NodeRed> => {
    const flows = [TAB, ...OBSERVERS, ...session(...ids), debug("out")];
    nodeRed = await startNodeRed({ version: platformOfSuite(), env, flows, settings: { ...settings } });
    return nodeRed;
  };
  const warnings = (red: NodeRed) =>
    red.log.items.filter(({ level, msg }) => level === 30 && String(msg).startsWith("D-Bus:"));

  it("says once for each deploy what a session bus means on it, however many nodes use it", async () => {
    const red = await start({ XDG_RUNTIME_DIR: bus.directory });
    for (const id of ["one", "two", "three"]) {
      await red.messageAt(
        "status",
        ({ status }) =>
          Object(status).source?.id === id &&
          /^(green|yellow)$/.test(Object(status).fill) &&
          !/connecting/.test(Object(status).text),
      );
    }
    // What there is to say depends on the machine that runs this test: the dialog says the same.
    const { session: seen } = (await (await red.api("/dbus/environment")).json()) as EnvironmentAnswer;
    const expected = seen.findings.filter(({ severity }) => severity === "warning");
    assert.equal(warnings(red).length, expected.length);
    await red.deploy([TAB, ...OBSERVERS, ...session("one", "four"), debug("out")]);
    await red.messageAt(
      "status",
      ({ status }) => Object(status).source?.id === "four" && !/connecting/.test(Object(status).text),
    );
    assert.equal(warnings(red).length, 2 * expected.length);
  });

  it("says in one line that a bus is not there, with what to do", async () => {
    const red = await start({ DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus.directory}/none` });
    await red.messageAt(
      "status",
      ({ status }) => Object(status).source?.id === "three" && Object(status).fill === "red",
    );
    const [line, ...others] = warnings(red).map(({ msg }) => String(msg));
    assert.deepEqual(others, []);
    const { session: seen } = (await (await red.api("/dbus/environment")).json()) as EnvironmentAnswer;
    const [finding] = seen.findings;
    assert.ok(finding);
    const [title, remedy] = ["title", "remedy"].map((part) =>
      english(text(`findings.${finding.code}.${part}`, finding.params)),
    );
    const place = `unix:path=${bus.directory}/none`;
    const reason = `no connection to the session bus (${place}): no bus listens at ${place}`;
    assert.equal(line, `D-Bus: ${reason}. ${title}. ${remedy} Trying again until it works.`);
  });

  it("tells the editor where the buses are", async () => {
    const red = await start(
      { DBUS_SESSION_BUS_ADDRESS: bus.address, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${bus.directory}/none` },
      {},
      [],
    );
    const answer = await red.api("/dbus/environment");
    assert.equal(answer.status, 200);
    const { system, session: own } = (await answer.json()) as EnvironmentAnswer;
    assert.equal(own.address, bus.address);
    assert.equal(system.address, `unix:path=${bus.directory}/none`);
    assert.equal(system.findings[0]?.code, "variable-wrong");
  });

  it("tells only those who may know it", async () => {
    const users = Object.entries({ all: "*", reader: "read", dbus: "dbus.read", none: "flows.read" });
    const known = users.map(([username, permissions]) => ({ username, password: SECRET, permissions }));
    const red = await start({}, { adminAuth: { type: "credentials", users: known } }, []);
    const status = async (token: string | undefined) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return (await red.api("/dbus/environment", { headers })).status;
    };
    const tokenOf = async (username: string) => {
      const client = { client_id: "node-red-admin", grant_type: "password", scope: "", username, password: "secret" };
      const answer = await red.api("/auth/token", { method: "POST", body: new URLSearchParams(client) });
      return (await answer.json()).access_token as string;
    };
    assert.equal(await status(undefined), 401);
    assert.equal(await status("nonsense"), 401);
    assert.equal(await status(await tokenOf("none")), 401);
    for (const username of ["all", "reader", "dbus"])
      assert.equal(await status(await tokenOf(username)), 200, username);
  });

  it("does nothing by a request that is no GET", async () => {
    const red = await start({}, {}, []);
    for (const method of ["POST", "PUT", "DELETE"]) {
      assert.equal((await red.api("/dbus/environment", { method })).status, 404);
    }
  });
});
