import assert from "node:assert/strict";
import { nearNames } from "../../../lib/introspect/near-names";
import { withinProcessorTime } from "../../support/processor-time";

describe("nearNames", () => {
  for (const [typed, names, expected] of [
    ["getall", ["Get", "GetAll", "Set"], ["GetAll"]],
    ["StratDiscovery", ["StartDiscovery", "StopDiscovery"], ["StartDiscovery"]],
    ["Percentge", ["Percentage", "State"], ["Percentage"]],
    ["Adapter1", ["org.bluez.Adapter1", "org.bluez.Device1"], ["org.bluez.Adapter1"]],
    ["Discover", ["Discovering", "Powered"], ["Discovering"]],
    ["On", ["Of", "Off", "Only"], []],
    ["Frobnicate", ["Powered", "Name"], []],
    ["", ["a"], []],
  ] as const) {
    it(`finds ${JSON.stringify(expected)} for ${JSON.stringify(typed)}`, () => {
      assert.deepEqual(nearNames(typed, names), expected);
    });
  }

  it("gives the likeliest first, three at most, each once", () => {
    const names = ["Volume12", "volume", "Volum", "Volume1", "Volume1", "Volumen"];
    assert.deepEqual(nearNames("Volume", names), ["volume", "Volum", "Volume1"]);
  });

  it("is done with a document's worth of similar names in bounded time", () => {
    const names = Array.from({ length: 12_000 }, (_, index) => `${"x".repeat(58)}${index}`);
    withinProcessorTime(5_000, () => {
      nearNames("x".repeat(60), names);
      nearNames(`y${"x".repeat(59)}yy`, names);
    });
  });
});
