import assert from "node:assert/strict";
import type { EnvironmentAnswer } from "../../lib/shared/admin";
import { text } from "../../lib/shared/text";
import { askRuntime, tokenOf, withUsers } from "../support/admin-request";
import { english } from "../support/english";
import { debug, node, OBSERVERS, TAB } from "../support/flow-parts";
import { type NodeRed, startNodeRed } from "../support/node-red";
import { platformOfSuite } from "../support/platform";
import { type PrivateBus, startBus } from "../support/private-bus";

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
    const { session: seen } = (await askRuntime<EnvironmentAnswer>(red, "environment")).body;
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
    const { session: seen } = (await askRuntime<EnvironmentAnswer>(red, "environment")).body;
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
    const { status, body } = await askRuntime<EnvironmentAnswer>(red, "environment");
    assert.equal(status, 200);
    const { system, session: own } = body;
    assert.equal(own.address, bus.address);
    assert.equal(system.address, `unix:path=${bus.directory}/none`);
    assert.equal(system.findings[0]?.code, "variable-wrong");
  });

  it("tells only those who may know it", async () => {
    const users = { all: "*", reader: "read", dbus: "dbus.read", none: "flows.read" };
    const red = await start({}, withUsers(users), []);
    const status = async (token: string | undefined) => (await askRuntime(red, "environment", { token })).status;
    assert.equal(await status(undefined), 401);
    assert.equal(await status("nonsense"), 401);
    assert.equal(await status(await tokenOf(red, "none")), 401);
    for (const username of ["all", "reader", "dbus"])
      assert.equal(await status(await tokenOf(red, username)), 200, username);
  });

  it("does nothing by a request that is no GET", async () => {
    const red = await start({}, {}, []);
    for (const method of ["POST", "PUT", "DELETE"]) {
      assert.equal((await red.api("/dbus/environment", { method })).status, 404);
    }
  });
});
