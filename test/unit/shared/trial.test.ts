import assert from "node:assert/strict";
import { type DBusCallConfig, dbusCallDefaults } from "../../../lib/shared/dbus-call-config";
import { usesPayload } from "../../../lib/shared/trial";

const uses = (fields: Partial<DBusCallConfig>) => usesPayload({ ...dbusCallDefaults, ...fields });

describe("usesPayload", () => {
  it("is true wherever an argument comes from it", () => {
    assert.ok(uses({}));
    assert.ok(uses({ operation: "set" }));
    for (const args of ["payload", "payload.name", "payload[0]"]) assert.ok(uses({ args }), args);
    assert.ok(uses({ argsType: "jsonata", args: "[payload.name, 5]" }));
    const row = { value: "5", type: "num" } as const;
    assert.ok(uses({ argsType: "list", args: [row, { value: "payload", type: "msg" }] }));
    assert.ok(uses({ argsType: "list", args: [row, { value: "$uppercase(payload)", type: "jsonata" }] }));
  });

  it("is false where none does", () => {
    assert.ok(!uses({ operation: "get" }));
    for (const args of ["topic", "payloads", "other.payload"]) assert.ok(!uses({ args }), args);
    for (const argsType of ["str", "flow", "json"] as const) assert.ok(!uses({ argsType, args: "payload" }), argsType);
    assert.ok(!uses({ argsType: "list", args: [{ value: "payload", type: "str" }] }));
    assert.ok(!uses({ argsType: "list", args: [] }));
  });
});
