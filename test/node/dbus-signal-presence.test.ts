import assert from "node:assert/strict";
import { ECHO, ECHO_NAME, type EchoService, startEcho } from "../support/echo-service";
import { type LoadedFlow, useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";
import { caughtUp, listening, loadSignal, plain, signalNode } from "../support/signal-flow";

const OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager";

describe("dbus-signal: what comes and goes", () => {
  useNodeRed();
  let bus: PrivateBus;
  let echo: EchoService;
  beforeEach(async () => {
    bus = await startBus({ type: "session" });
    echo = await startEcho(bus);
  });
  afterEach(async () => {
    await echo.stop();
    await bus.stop();
  });

  const listen = async (fields: object): Promise<LoadedFlow> => {
    const flow = await loadSignal(signalNode(bus, fields));
    await listening(flow);
    return flow;
  };
  const told = (flow: LoadedFlow) =>
    flow.outputs("out").items.map(({ event, topic, payload }) => [event, topic, payload]);
  const manager = (member: string, signature: string, args: readonly unknown[], path = "/") =>
    echo.tell({ emit: [path, OBJECT_MANAGER, member, signature, args] });

  describe("objects", () => {
    const objects = { listen: "objects", sender: ECHO_NAME, path: "/", initial: true };

    it("are present, added and removed", async () => {
      echo.tell({ objects: { "/a": { [ECHO]: { Text: "A" } } } });
      await echo.done();
      const flow = await listen(objects);
      await flow.outputs("out").until(1);
      manager("InterfacesAdded", "oa{sa{sv}}", ["/b", { [ECHO]: { Count: 2 } }]);
      manager("InterfacesRemoved", "oas", ["/a", [ECHO]]);
      manager("InterfacesAdded", "oa{sa{sv}}", ["/c", {}], "/other/manager");
      await caughtUp(echo);
      assert.deepEqual(told(flow), [
        ["present", "/a", { [ECHO]: { Text: "A" } }],
        ["added", "/b", { [ECHO]: { Count: 2 } }],
        ["removed", "/a", [ECHO]],
      ]);
      const [, added] = flow.outputs("out").items;
      assert.deepEqual(added?.["dbus"], {
        bus: "address",
        address: bus.address,
        sender: echo.unique,
        path: "/b",
        interface: OBJECT_MANAGER,
        member: "InterfacesAdded",
        signature: "oa{sa{sv}}",
      });
    });

    it("go with their service", async () => {
      echo.tell({ objects: { "/a": { [ECHO]: {} } } });
      await echo.done();
      const flow = await listen(objects);
      await flow.outputs("out").until(1);
      await echo.stop();
      await flow.outputs("out").until(2);
      assert.deepEqual(told(flow)[1], ["removed", "/a", [ECHO]]);
    });

    it("that are there are not told without initial", async () => {
      echo.tell({ objects: { "/a": { [ECHO]: {} } } });
      await echo.done();
      const flow = await listen({ ...objects, initial: false });
      manager("InterfacesAdded", "oa{sa{sv}}", ["/b", {}]);
      await caughtUp(echo);
      assert.deepEqual(told(flow), [["added", "/b", {}]]);
    });
  });

  describe("names", () => {
    const NAME = "com.example.watched.One";

    it("are absent or present, appear and vanish", async () => {
      const flow = await listen({ listen: "names", sender: NAME, initial: true });
      await flow.outputs("out").until(1);
      echo.tell({ own: NAME });
      await flow.outputs("out").until(2);
      echo.tell({ disown: NAME });
      await flow.outputs("out").until(3);
      const owner = echo.unique;
      assert.deepEqual(told(flow), [
        ["absent", NAME, { name: NAME, oldOwner: "", newOwner: "" }],
        ["appeared", NAME, { name: NAME, oldOwner: "", newOwner: owner }],
        ["vanished", NAME, { name: NAME, oldOwner: owner, newOwner: "" }],
      ]);
      const [, appeared] = flow.outputs("out").items;
      assert.deepEqual(plain(appeared ?? {})["dbus"], {
        bus: "address",
        address: bus.address,
        sender: "org.freedesktop.DBus",
        path: "/org/freedesktop/DBus",
        interface: "org.freedesktop.DBus",
        member: "NameOwnerChanged",
        signature: "sss",
      });
    });

    it("change hands", async () => {
      const flow = await listen({ listen: "names", sender: NAME, initial: false });
      echo.tell({ own: NAME });
      await flow.outputs("out").until(1);
      const other = await startEcho(bus, NAME);
      await flow.outputs("out").until(2);
      assert.deepEqual(told(flow)[1], ["changed", NAME, { name: NAME, oldOwner: echo.unique, newOwner: other.unique }]);
      await other.stop();
    });

    it("below a name", async () => {
      echo.tell({ own: NAME });
      await echo.done();
      const flow = await listen({ listen: "names", sender: "com.example.watched", nameNamespace: true, initial: true });
      await flow.outputs("out").until(1);
      echo.tell({ own: "com.example.watchedNot" });
      echo.tell({ own: "com.example.watched.Two" });
      await caughtUp(echo);
      assert.deepEqual(
        told(flow).map(([event, topic]) => [event, topic]),
        [
          ["present", NAME],
          ["appeared", "com.example.watched.Two"],
        ],
      );
    });

    it("of every well-known name, and no unique one", async () => {
      const flow = await listen({ listen: "names", sender: "", initial: true });
      await flow.outputs("out").until(1);
      const other = await startEcho(bus, "com.example.Another");
      await flow.outputs("out").until(2);
      await other.stop();
      await flow.outputs("out").until(3);
      assert.deepEqual(
        told(flow).map(([event, topic]) => [event, topic]),
        [
          ["present", ECHO_NAME],
          ["appeared", "com.example.Another"],
          ["vanished", "com.example.Another"],
        ],
      );
    });
  });
});
