import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { renderPolicy } from "../../lib/policy/render";
import { METHOD_CALL } from "../../lib/wire/types";
import { callerFacts } from "../../nodes/support/machine";
import { startBell } from "../support/bell-service";
import { method, NAME, PATH } from "../support/export-bus";
import { type FlowNode, helper, type LoadedFlow, type Message, useNodeRed } from "../support/helper";
import { withBuses } from "../support/machine-buses";
import type { Peer } from "../support/peer";
import { policy } from "../support/policies";
import { type PrivateBus, startBus } from "../support/private-bus";
import { exportNode, loadPublish, owning, sent, surroundings } from "../support/publish-flow";
import { RawPeer } from "../support/raw-peer";
import { eventuallyAsync } from "../support/until";

const { user: USER } = callerFacts({ kind: "system" });
const BELL = "com.example.Bell1";
const NOBODY = 65534;
const RANG = { path: "/a", interface: "com.example.Signals", member: "Rang", signature: "u" };
const REFUSED = /status\.refused$/;

interface Caught {
  readonly error: Error & {
    readonly code: string;
    readonly cause: { readonly dbusName?: string; readonly explanation?: Record<string, unknown> };
  };
}

describe("what the bus refuses after the input is done", () => {
  useNodeRed();
  let bus: PrivateBus;
  const start = async (limits: Record<string, number> = {}) => {
    bus = await startBus({ type: "system", limits });
  };
  afterEach(() => bus.stop());
  const onSystem = <T>(run: () => Promise<T>) => withBuses({ DBUS_SYSTEM_BUS_ADDRESS: bus.address }, run);
  const caught = async (flow: LoadedFlow, count = 1) => {
    const items: readonly Message[] = await flow.outputs("caught").until(count);
    return items[count - 1] as Message & Caught;
  };

  describe("a signal to one program", () => {
    let bell: Peer;
    beforeEach(async () => {
      await start();
      const rules = `<policy user="nobody"><allow own="${BELL}"/></policy>`;
      const deny = `<policy context="default"><deny send_destination="${BELL}"/></policy>`;
      writeFileSync(path.join(bus.policyDir, "a-bell.conf"), `<busconfig>${rules}${deny}</busconfig>`);
      await bus.reload();
      bell = await startBell(bus, BELL, NOBODY);
    });
    afterEach(() => bell.kill());

    const load = async (destination: string, ...others: readonly FlowNode[]) => {
      const node = { id: "signal", type: "dbus-publish", action: "signal", bus: "system", ...RANG, destination };
      const flow = await loadPublish(node, ...others);
      await flow.statuses("signal").first(({ fill }) => fill === "green");
      return flow;
    };

    it("comes to Catch with its message and what helps, and passes when that is done", () =>
      onSystem(async () => {
        const flow = await load(BELL);
        const own = { topic: "mine", payload: 7 };
        assert.equal(await sent(flow, "signal", own), undefined, "it is done: nobody can know yet");
        const message = await caught(flow);
        assert.deepEqual([message["topic"], message["payload"]], ["mine", 7]);
        const file = `/etc/dbus-1/system.d/${BELL}-client-${USER}.conf`;
        assert.deepEqual(message.error.cause.explanation, {
          kind: "send",
          rule: `<allow send_destination="${BELL}"/>`,
          file,
          command: `sudo npx node-red-contrib-dbus policy install --preset client --user ${USER} --destination ${BELL}`,
        });
        assert.equal(message.error.code, "DBUS_ACCESS_DENIED");
        assert.equal(message.error.cause.dbusName, "org.freedesktop.DBus.Error.AccessDenied");
        assert.match(message.error.message, /errors\.not-delivered/);
        assert.equal(Object(message["dbus"]).error.code, "DBUS_ACCESS_DENIED");
        await flow.statuses("signal").first(({ fill, text }) => fill === "red" && REFUSED.test(text ?? ""));

        const allowed = renderPolicy(policy({ preset: "client", destination: BELL, user: USER }));
        writeFileSync(path.join(bus.policyDir, path.basename(file)), allowed);
        await bus.reload();
        const green = flow.statuses("signal").items.length;
        assert.equal(await sent(flow, "signal", { payload: 8 }), undefined);
        assert.deepEqual(await bell.lines.until(1), ["Rang 8"], "the first did not come to it");
        await flow.statuses("signal").first((status) => {
          return flow.statuses("signal").items.indexOf(status) >= green && status.fill === "green";
        });
        assert.equal(flow.outputs("caught").items.length, 1);
      }));

    it("by its unique name is refused as well, and no file can name that", () =>
      onSystem(async () => {
        const flow = await load(bell.ready);
        await sent(flow, "signal", { payload: 7 });
        const { error } = await caught(flow);
        assert.deepEqual([error.code, error.cause.explanation], ["DBUS_ACCESS_DENIED", { kind: "send" }]);
      }));

    it("to a name that nobody owns is told, too", () =>
      onSystem(async () => {
        const flow = await load("com.example.Nobody");
        await sent(flow, "signal", { payload: 7 });
        const { error } = await caught(flow);
        assert.deepEqual([error.code, error.cause.explanation], ["DBUS_NAME_NOT_FOUND", { kind: "not-here" }]);
      }));

    it("of a node that is closed is not told any more", () =>
      onSystem(async () => {
        const place = { x: 0, y: 0, z: "tab", bus: "system", destination: BELL };
        const keeper = { id: "keeper", type: "dbus-publish", action: "signal", ...RANG, ...place };
        const flow = await load(BELL, keeper);
        bus.signal("SIGSTOP");
        assert.equal(await sent(flow, "signal", { payload: 7 }), undefined);
        await helper.setFlows([...surroundings(), keeper], "nodes");
        bus.signal("SIGCONT");
        flow.send("keeper", { payload: 8 });
        const message = await caught(flow);
        assert.equal(message["payload"], 8);
        assert.equal(flow.log.items.filter(({ id }) => id === "signal").length, 0);
      }));
  });

  describe("an answer", () => {
    const load = async () => {
      const rules = `<allow own="${NAME}"/><allow send_destination="${NAME}"/>`;
      const config = `<busconfig><policy user="${USER}">${rules}</policy></busconfig>`;
      writeFileSync(path.join(bus.policyDir, `${NAME}.conf`), config);
      await bus.reload();
      const flow = await loadPublish(exportNode(bus, { methods: [method("Join", ["s", "s"], ["s"])] }));
      await owning(flow);
      return flow;
    };
    const JOIN = { destination: NAME, path: PATH, interface: NAME, member: "Join", signature: "ss", body: ["a", "b"] };

    it("whose caller waits no longer comes to Catch", async () => {
      await start({ reply_timeout: 200 });
      const flow = await load();
      const peer = await RawPeer.join(bus);
      const call = assert.rejects(peer.call(JOIN), /NoReply/);
      const [message] = await flow.outputs("calls").until(1);
      await call;
      assert.equal(await sent(flow, "reply", { ...message, payload: "ab" }), undefined);
      const { error, payload } = await caught(flow);
      assert.deepEqual([error.code, error.cause.explanation, payload], ["DBUS_ACCESS_DENIED", { kind: "send" }, "ab"]);
      assert.match(error.message, /errors\.not-delivered/);
      await flow.statuses("reply").first(({ fill, text }) => fill === "red" && REFUSED.test(text ?? ""));
      peer.close();
    });

    it("whose caller is gone does, too; one that arrives does not", async () => {
      await start();
      const flow = await load();
      const gone = await RawPeer.join(bus);
      const peer = await RawPeer.join(bus);
      gone.send({ type: METHOD_CALL, ...JOIN });
      const [first] = await flow.outputs("calls").until(1);
      gone.close();
      await eventuallyAsync(async () => (await peer.askBus("NameHasOwner", "s", [gone.uniqueName]))[0] === false);
      const answer = peer.call(JOIN);
      const [, second] = await flow.outputs("calls").until(2);
      assert.equal(await sent(flow, "reply", { ...second, payload: "arrives" }), undefined);
      assert.deepEqual(await answer, ["arrives"]);
      assert.equal(await sent(flow, "reply", { ...first, payload: "late" }), undefined);
      const { error, payload } = await caught(flow);
      assert.deepEqual([error.cause.explanation, payload], [{ kind: "not-here" }, "late"]);
      peer.close();
    });
  });
});
