import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { renderPolicy } from "../../lib/policy/render";
import { lastRefusal } from "../../nodes/support/last-refusal";
import { callerFacts } from "../../nodes/support/machine";
import { callNode, loadCall } from "../support/call-flow";
import { ECHO_NAME, type EchoService, startEcho } from "../support/echo-service";
import { helper, useNodeRed } from "../support/helper";
import { startLamp } from "../support/lamp-service";
import { withBuses } from "../support/machine-buses";
import type { Peer } from "../support/peer";
import { INTERFACE, NAME, policy } from "../support/policies";
import { type PrivateBus, startBus } from "../support/private-bus";
import { exportNode, loadPublish, surroundings } from "../support/publish-flow";
import { RawPeer } from "../support/raw-peer";
import { eventually } from "../support/until";

const { user: USER } = callerFacts({ kind: "system" });
const FILE = `/etc/dbus-1/system.d/${NAME}-client-${USER}.conf`;
const COMMAND = `sudo npx node-red-contrib-dbus policy install --preset client --user ${USER} --destination ${NAME}`;
const SWITCH = { destination: NAME, path: "/lamp", interface: INTERFACE, member: "Switch", signature: "b" };

describe("refusals", () => {
  useNodeRed();

  describe("of a system bus that denies by default", () => {
    let bus: PrivateBus;
    let lamp: Peer;
    beforeEach(async () => {
      bus = await startBus({ type: "system" });
      writeFileSync(
        path.join(bus.policyDir, `${NAME}.conf`),
        renderPolicy(policy()).replace('user="root"', 'user="bin"'),
      );
      await bus.reload();
      lamp = await startLamp(bus, 65534);
    });
    afterEach(async () => {
      await lamp.kill();
      await bus.stop();
    });
    const onSystem = <T>(run: () => Promise<T>) => withBuses({ DBUS_SYSTEM_BUS_ADDRESS: bus.address }, run);

    it("are explained in error.cause, remembered, and forgotten when it works", () =>
      onSystem(async () => {
        const call = await loadCall({ ...callNode(bus, SWITCH), bus: "system", address: "" });
        const { msg, error } = await call.refuse({ payload: true });
        const { explanation, ...verbatim } = error.cause;
        assert.deepEqual(explanation, {
          kind: "send",
          rule: `<allow send_destination="${NAME}"/>`,
          file: FILE,
          command: COMMAND,
        });
        assert.deepEqual([error.code, verbatim.code], ["DBUS_ACCESS_DENIED", "DBUS_ACCESS_DENIED"]);
        assert.equal(verbatim.dbusName, "org.freedesktop.DBus.Error.AccessDenied");
        assert.match(String(verbatim.body?.[0]), /^Rejected send message, .*member="Switch"/);
        assert.deepEqual(Object(msg["dbus"]).error.explanation, explanation);
        await call.flow
          .statuses("call")
          .first(({ text, fill }) => /status\.refused$/.test(text ?? "") && fill === "red");

        const known = lastRefusal("call");
        assert.deepEqual([known?.bus, known?.subject], ["system", { destination: NAME }]);
        assert.ok(known?.explanation.remedy?.policy);
        const { options } = known.explanation.remedy.policy;
        writeFileSync(path.join(bus.policyDir, path.basename(FILE)), renderPolicy(options));
        await bus.reload();
        assert.equal((await call.ask({ payload: true }))["payload"], true);
        assert.equal(lastRefusal("call"), undefined);
      }));

    it("of each operation and of introspection are the bus's own", () =>
      onSystem(async () => {
        for (const fields of [
          { ...SWITCH, operation: "get", member: "On" },
          { ...SWITCH, operation: "set", member: "On", signature: "b" },
          { ...SWITCH, operation: "get-all", member: "" },
          { ...SWITCH, interface: "", signature: "" },
        ]) {
          const call = await loadCall({ ...callNode(bus, fields), bus: "system", address: "" });
          const { error } = await call.refuse({ payload: true });
          assert.deepEqual([error.code, error.cause.explanation?.file], ["DBUS_ACCESS_DENIED", FILE]);
        }
      }));

    it("by the bus's address are the same: it is this machine's system bus", () =>
      onSystem(async () => {
        const call = await loadCall(callNode(bus, SWITCH));
        assert.equal((await call.refuse({ payload: true })).error.cause.explanation?.file, FILE);
      }));

    it("of another bus name no file of this machine", async () => {
      const call = await loadCall(callNode(bus, SWITCH));
      const { explanation } = (await call.refuse({ payload: true })).error.cause;
      assert.deepEqual(explanation, { kind: "send", rule: `<allow send_destination="${NAME}"/>` });
    });

    it("are forgotten when the node closes, and stay while another destination works", () =>
      onSystem(async () => {
        const fields = { destination: "", path: "", interface: "", member: "", signature: "" };
        const call = await loadCall({ ...callNode(bus, fields), bus: "system", address: "" });
        await call.refuse({ payload: true, dbus: SWITCH });
        const own = "org.freedesktop.DBus";
        await call.ask({ dbus: { destination: own, path: "/", interface: own, member: "GetId", signature: "" } });
        assert.deepEqual(lastRefusal("call")?.subject, { destination: NAME });
        await helper.unload();
        assert.equal(lastRefusal("call"), undefined);
      }));

    it("of what a service does not like say who refused", () =>
      onSystem(async () => {
        const rules = `<allow own="com.example.Guard"/><allow send_destination="com.example.Guard"/>`;
        const config = `<busconfig><policy user="${USER}">${rules}</policy></busconfig>`;
        writeFileSync(path.join(bus.policyDir, "com.example.Guard.conf"), config);
        await bus.reload();
        const guard = await RawPeer.join(bus);
        await guard.own("com.example.Guard");
        guard.serve((received) => {
          const [name = "", said = ""] = received.body.map(String);
          guard.refuse(received, name, said);
        });
        const place = { destination: "com.example.Guard", path: "/", interface: "com.example.Guard", signature: "ss" };
        const call = await loadCall({ ...callNode(bus, { ...place, member: "Do" }), bus: "system", address: "" });
        const kindOf = async (...payload: readonly string[]) => {
          const { error } = await call.refuse({ payload });
          return [error.code, error.cause.explanation?.kind, error.cause.dbusName];
        };
        const errors = "org.freedesktop.DBus.Error";
        for (const [name, said] of [
          [`${errors}.InteractiveAuthorizationRequired`, "Interactive authentication required."],
          ["org.freedesktop.PolicyKit1.Error.NotAuthorized", "no"],
          ["org.freedesktop.UDisks2.Error.NotAuthorizedCanObtain", "no"],
          [`${errors}.AccessDenied`, "Permission denied"],
          // A service is not believed to be the bus.
          [`${errors}.AccessDenied`, `Rejected send message, 1 matched rules; type="method_call"`],
        ] as const) {
          assert.deepEqual(await kindOf(name, said), ["DBUS_ACCESS_DENIED", "polkit", name]);
        }
        assert.equal(lastRefusal("call")?.explanation.kind, "polkit");
        assert.deepEqual(await kindOf(`${errors}.InvalidArgs`, "no"), [
          "DBUS_INVALID_ARGS",
          undefined,
          `${errors}.InvalidArgs`,
        ]);
        assert.equal(lastRefusal("call"), undefined, "the call came to the service");
        guard.close();
      }));

    it("of a name are remembered for each node that wants it, until it is owned", () =>
      onSystem(async () => {
        const free = "com.example.Free1";
        const fields = { bus: "system", address: "", busName: free };
        const first = exportNode(bus, fields);
        const flow = await loadPublish(first);
        await eventually(() => lastRefusal("export") !== undefined);
        const later = exportNode(bus, { ...fields, id: "second", path: "/second" });
        await helper.setFlows([...surroundings(), first, later], "nodes");
        await eventually(() => lastRefusal("second") !== undefined);
        for (const id of ["export", "second"]) {
          const known = lastRefusal(id);
          assert.deepEqual([known?.explanation.kind, known?.subject], ["own", { name: free }]);
          assert.equal(known?.explanation.remedy?.file, `/etc/dbus-1/system.d/${free}.conf`);
        }
        const { options } = lastRefusal("second")?.explanation.remedy?.policy ?? {};
        assert.ok(options);
        writeFileSync(path.join(bus.policyDir, `${free}.conf`), renderPolicy(options));
        await bus.reload();
        // It is asked for again every ten seconds.
        await flow.statuses("export").first(({ fill }) => fill === "green", { within: 15_000 });
        await eventually(() => lastRefusal("export") === undefined && lastRefusal("second") === undefined);
      })).timeout(30_000);
  });

  describe("of a session bus with a rule of its own", () => {
    let bus: PrivateBus;
    before(async () => {
      const rules = `<deny own="${NAME}"/><deny send_destination="${NAME}"/>`;
      bus = await startBus({ type: "session", extraConfig: `<policy context="mandatory">${rules}</policy>` });
    });
    after(() => bus.stop());

    it("name no file of the system bus", () =>
      withBuses({ DBUS_SESSION_BUS_ADDRESS: bus.address }, async () => {
        const flow = await loadPublish(exportNode(bus, { bus: "session", address: "", busName: NAME }));
        await eventually(() => lastRefusal("export") !== undefined);
        const own = lastRefusal("export")?.explanation;
        assert.deepEqual([own?.kind, own?.remedy], ["own", undefined]);
        assert.equal(own?.advice.key, "policy.explain.on-session.advice");
        await flow.statuses("export").first(({ fill, text }) => fill === "red" && /name-refused$/.test(text ?? ""));
      }));

    it("say so of a call, too", () =>
      withBuses({ DBUS_SESSION_BUS_ADDRESS: bus.address }, async () => {
        // Somebody has to be there: a name that nobody owns is not refused but not found.
        const owner = await startEcho(bus, "com.example.Other");
        const guarded = `<busconfig><policy context="mandatory"><deny send_destination="com.example.Other" send_interface="com.example.Echo"/></policy></busconfig>`;
        writeFileSync(path.join(bus.policyDir, "other.conf"), guarded);
        await bus.reload();
        const fields = { destination: "com.example.Other", member: "Pair", signature: "u" };
        const call = await loadCall({ ...callNode(bus, fields), bus: "session", address: "" });
        const { explanation } = (await call.refuse({ payload: 1 })).error.cause;
        assert.deepEqual(explanation, { kind: "send", rule: `<allow send_destination="com.example.Other"/>` });
        await owner.stop();
      }));
  });

  describe("of a name that is on the other bus", () => {
    let system: PrivateBus;
    let session: PrivateBus;
    let echo: EchoService;
    before(async () => {
      const rules = `<policy context="mandatory"><allow own="${ECHO_NAME}"/></policy>`;
      system = await startBus({ type: "system", extraConfig: rules });
      session = await startBus({ type: "session" });
      echo = await startEcho(system);
    });
    after(async () => {
      await echo.stop();
      await system.stop();
      await session.stop();
    });

    const refusal = (others: Parameters<typeof loadCall>[1]) =>
      withBuses({ DBUS_SYSTEM_BUS_ADDRESS: system.address, DBUS_SESSION_BUS_ADDRESS: session.address }, async () => {
        const fields = { member: "Echo", signature: "s" };
        const call = await loadCall({ ...callNode(session, fields), bus: "session", address: "" }, others);
        if (others?.length) await call.flow.statuses("listener").first(({ fill }) => fill === "green");
        const { error } = await call.refuse({ payload: "x" });
        assert.deepEqual([error.code, error.cause.explanation], ["DBUS_NAME_NOT_FOUND", { kind: "not-here" }]);
        return lastRefusal("call")?.explanation.advice;
      });

    it("say so where another node is connected to it", async () => {
      const listener = { id: "listener", type: "dbus-call", z: "tab", bus: "system", wires: [[]] };
      const advice = await refusal([listener]);
      assert.equal(advice?.key, "policy.explain.other-bus.advice");
      assert.deepEqual(advice.params?.["bus"], { key: "buses.system" });
    });

    it("connect to no bus to find out", async () => {
      assert.equal((await refusal([]))?.key, "policy.explain.not-here.advice");
    });
  });
});
