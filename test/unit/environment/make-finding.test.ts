import assert from "node:assert/strict";
import { makeFinding } from "../../../lib/environment/make-finding";
import { service } from "./facts-of";

describe("makeFinding", () => {
  const params = (facts: Parameters<typeof service>[0]) =>
    makeFinding("session-missing", "warning", service(facts)).params;

  it("names the unit and the account as a shell takes them", () => {
    const unitOf = (unit: string | undefined) => params({ unit })["unit"];
    assert.equal(unitOf("flows.service"), "flows.service");
    assert.equal(unitOf(undefined), "nodered.service");
    assert.equal(unitOf("my\\x2dflow.service"), "'my\\x2dflow.service'");
    assert.equal(unitOf("flow@a b.service"), "'flow@a b.service'");
    assert.equal(params({ userName: "nodered" })["account"], "nodered");
    const { user, account } = params({ userName: "HOME\\flows" });
    assert.deepEqual([user, account], ["HOME\\flows", "'HOME\\flows'"]);
  });
});
