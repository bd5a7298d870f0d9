import assert from "node:assert/strict";
import { type CallFlow, callNode, loadCall } from "../support/call-flow";
import { type EchoService, startEcho } from "../support/echo-service";
import { useNodeRed } from "../support/helper";
import { type PrivateBus, startBus } from "../support/private-bus";
import { ROUND_TRIPS } from "../support/round-trips";

describe("dbus-call: values there and back", () => {
  useNodeRed();
  let bus: PrivateBus;
  let echo: EchoService;
  before(async () => {
    bus = await startBus({ type: "session" });
    echo = await startEcho(bus);
  });
  after(async () => {
    await echo.stop();
    await bus.stop();
  });

  const load = (fields: object): Promise<CallFlow> => loadCall(callNode(bus, { member: "Echo", ...fields }));

  it("come back as they went, by the value table", async () => {
    const { flow } = await load({ signature: "" });
    for (const [index, [signature, sent, received = sent]] of ROUND_TRIPS.entries()) {
      flow.send("call", { payload: sent, dbus: { signature } });
      const outputs = await flow.outputs("out").until(index + 1);
      assert.deepEqual(outputs[index]?.["payload"], received, `${signature} ${String(sent)}`);
    }
    assert.equal(echo.introspections, 0, "with interface and signature there is no need for it");
    assert.equal(flow.outputs("caught").items.length, 0);
  });

  it("are an array where there are several, and nothing where there is none", async () => {
    const { flow } = await load({ signature: "" });
    flow.send("call", { payload: ["a", 2, { k: true }], dbus: { signature: "sia{sv}" } });
    const [several] = await flow.outputs("out").until(1);
    assert.deepEqual(several?.["payload"], ["a", 2, { k: true }]);
  });

  it("keep a key such as __proto__ as an own one", async () => {
    const call = await load({ signature: "a{sv}" });
    const { payload } = await call.ask({ payload: JSON.parse('{"__proto__": 1, "constructor": 2}') });
    assert.deepEqual(Object.keys(payload as object), ["__proto__", "constructor"]);
    assert.equal(Object.getPrototypeOf(payload), Object.prototype);
  });

  it("with keepTypes come out with their types, and go back in unchanged", async () => {
    const call = await load({ signature: "a{sv}", keepTypes: true });
    const typed = {
      short: { signature: "n", value: -3 },
      nested: { signature: "v", value: { signature: "y", value: 1 } },
      list: { signature: "a{sv}", value: { inner: { signature: "t", value: "18446744073709551615" } } },
    };
    const { payload } = await call.ask({ payload: typed });
    assert.deepEqual(payload, typed);
    const again = await call.ask({ payload });
    assert.deepEqual(again["payload"], typed);
  });

  const FORMS = [
    ["auto", [1, "9007199254740993"]],
    ["string", ["1", "9007199254740993"]],
    ["bigint", [1n, 9007199254740993n]],
  ] as const;
  for (const [int64, expected] of FORMS) {
    it(`have 64-bit integers as ${int64}`, async () => {
      const call = await load({ signature: "xt", int64 });
      const { payload } = await call.ask({ payload: [1, "9007199254740993"] });
      assert.deepEqual(payload, expected);
      const again = await call.ask({ payload });
      assert.deepEqual(again["payload"], expected, "and go back in");
    });
  }

  it("made in another realm, as function nodes do, are the same", async () => {
    const vm = await import("node:vm");
    const call = await load({ signature: "a{sv}ay" });
    const payload: unknown = vm.runInNewContext('[new Map([["a", [1]]]), new Uint8Array([1, 2])]');
    const answer = await call.ask({ payload });
    assert.deepEqual(answer["payload"], [{ a: [1] }, Buffer.from([1, 2])]);
  });
});
