import assert from "node:assert/strict";
import { checkBus } from "../../cli/check-bus";
import { findingOfFailure } from "../../lib/environment/failure";
import { type PrivateBus, startBus } from "../support/private-bus";
import { docker } from "../unit/environment/facts-of";

describe("a bus that does not let this user in", () => {
  let bus: PrivateBus;
  before(async () => {
    const extraConfig = '<policy context="mandatory"><deny user="*"/></policy>';
    bus = await startBus({ type: "system", extraConfig });
  });
  after(() => bus.stop());

  it("is recognised by how it hangs up, and explained in a container", async () => {
    const check = await checkBus(bus.address);
    assert.ok(check.state === "failed");
    assert.equal(check.error.code, "DBUS_AUTH_REFUSED");
    const path = `${bus.directory}/bus`;
    const facts = docker({
      env: { DBUS_SYSTEM_BUS_ADDRESS: bus.address },
      sockets: { [path]: { state: "usable", owner: 0 } },
    });
    assert.equal(findingOfFailure(check.error, facts, { kind: "system" })?.code, "container-uid");
  });
});
