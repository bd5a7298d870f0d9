import assert from "node:assert/strict";
import { containerWarning } from "../../../cli/policy-output";
import { english } from "../../support/english";
import { desktop, docker } from "../environment/facts-of";

describe("containerWarning", () => {
  it("says where the file belongs, and who this is there", () => {
    const warning = containerWarning(docker({ uid: 5, uidMap: [{ inside: 0, outside: 100_000, count: 65_536 }] }));
    assert.ok(warning);
    assert.match(english(warning), /this is a container: .* the host, .* --user 100005 there$/);
  });

  it("says nothing where the bus is beside this process", () => {
    assert.equal(containerWarning(desktop()), undefined);
  });
});
