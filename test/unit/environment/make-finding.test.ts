import assert from "node:assert/strict";
import { makeFinding } from "../../../lib/environment/make-finding";
import { service } from "./facts-of";

describe("makeFinding", () => {
  it("names the unit as a shell takes it", () => {
    const unitOf = (unit: string | undefined) =>
      makeFinding("session-missing", "warning", service({ unit })).params["unit"];
    assert.equal(unitOf("flows.service"), "flows.service");
    assert.equal(unitOf(undefined), "nodered.service");
    assert.equal(unitOf("my\\x2dflow.service"), "'my\\x2dflow.service'");
    assert.equal(unitOf("flow@a b.service"), "'flow@a b.service'");
  });
});
