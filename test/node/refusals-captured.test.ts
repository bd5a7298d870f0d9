import assert from "node:assert/strict";
import dbusSignal from "../../nodes/dbus-signal";
import { lastRefusal } from "../../nodes/support/last-refusal";
import { callNode, loadCall } from "../support/call-flow";
import { catchNode } from "../support/core-nodes";
import { helper, loadFlow, useNodeRed } from "../support/helper";
import { withBuses } from "../support/machine-buses";
import { exportNode, loadPublish } from "../support/publish-flow";
import { CAPTURED, startRefusingBus } from "../support/refusing-bus";
import { eventually } from "../support/until";

describe("refusals of buses that cannot be run here, played by a fake bus with captured texts", () => {
  useNodeRed();
  const asked = { destination: "com.example.A", path: "/", interface: "com.example.I", member: "Do", signature: "s" };
  const own = { bus: "system", address: "", busName: "com.example.A", interface: "com.example.A" };
  const withFake = async (texts: Record<string, string>, run: () => Promise<void>) => {
    const fake = await startRefusingBus(texts);
    try {
      await withBuses({ DBUS_SYSTEM_BUS_ADDRESS: fake.address }, run);
    } finally {
      await helper.unload();
      await fake.stop();
    }
  };

  for (const [who, sending, owning_, ...kinds] of [
    ["AppArmor", CAPTURED.apparmorSend, CAPTURED.apparmorOwn, "apparmor", "apparmor"],
    ["SELinux", CAPTURED.selinuxSend, CAPTURED.selinuxOwn, "selinux", "selinux"],
    ["dbus-broker", CAPTURED.brokerSend, CAPTURED.brokerOwn, "send", "own"],
  ] as const) {
    it(`${who}: a call and a name`, () =>
      withFake({ Do: sending, RequestName: owning_ }, async () => {
        const call = await loadCall({ ...callNode({ address: "" }, asked), bus: "system", address: "" });
        const { error } = await call.refuse({ payload: "x" });
        assert.deepEqual([error.code, error.cause.explanation?.kind], ["DBUS_ACCESS_DENIED", kinds[0]]);
        await loadPublish(exportNode({ address: "" }, own));
        await eventually(() => lastRefusal("export") !== undefined);
        const refused = lastRefusal("export")?.explanation;
        assert.equal(refused?.kind, kinds[1]);
        const file = "/etc/dbus-1/system.d/com.example.A.conf";
        assert.equal(refused?.remedy?.file, who === "dbus-broker" ? file : undefined);
        assert.equal(error.cause.explanation?.command === undefined, who !== "dbus-broker");
      }));
  }

  it("AppArmor: a match rule", () =>
    withFake({ AddMatch: CAPTURED.apparmorSend }, async () => {
      const flow = await loadFlow(
        [dbusSignal, catchNode],
        [
          { id: "tab", type: "tab" },
          { id: "signal", type: "dbus-signal", bus: "system", member: "X", wires: [[]] },
          { id: "catch", type: "catch", scope: null, wires: [["caught"]] },
          { id: "caught", type: "helper" },
        ],
      );
      const [caught] = await flow.outputs("caught").until(1);
      const error = Object(caught?.["error"]);
      assert.deepEqual([error.code, error.cause.explanation], ["DBUS_ACCESS_DENIED", { kind: "apparmor" }]);
    }));
});
