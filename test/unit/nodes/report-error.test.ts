import assert from "node:assert/strict";
import type { NodeAPI, NodeMessage } from "node-red";
import { DBusNodeError } from "../../../lib/errors";
import { text } from "../../../lib/shared/text";
import { flowError, noteError } from "../../../nodes/support/report-error";
import { translate } from "../../../nodes/support/texts";
import { english } from "../../support/english";

/** Node-RED's translation, as far as it is used: a key of our catalogue and its parameters. */
const RED = {
  _: (key: string, params: Record<string, string>) =>
    english(text(key.replace("node-red-contrib-dbus/dbus-editor:", ""), params)),
} as unknown as NodeAPI;

describe("flowError", () => {
  it("has the code, a sentence, and the D-Bus error's own name and body", () => {
    const details = { destination: "a.b", member: "M", dbusName: "a.b.Error.X", message: "why" };
    const error = flowError(
      RED,
      new DBusNodeError("DBUS_ERROR_REPLY", text("replies.error-reply", details), {
        dbusName: "a.b.Error.X",
        body: ["why", 5n],
      }),
    );
    assert.equal(error.message, "a.b answered M with the error a.b.Error.X: why");
    assert.equal(error.code, "DBUS_ERROR_REPLY");
    assert.deepEqual(error.cause, { code: "DBUS_ERROR_REPLY", dbusName: "a.b.Error.X", body: ["why", 5n] });
    assert.equal(error.stack, `Error: ${error.message}`, "no stack where the cause is not in here");
  });

  it("has no D-Bus name where none came", () => {
    const error = flowError(RED, new DBusNodeError("DBUS_TIMEOUT", text("errors.closed")));
    assert.deepEqual(error.cause, { code: "DBUS_TIMEOUT" });
  });

  it("is a defect of ours where anything else was thrown, with its stack", () => {
    for (const thrown of [new TypeError("x is not a function"), "text", undefined, { message: "object" }]) {
      const error = flowError(RED, thrown);
      assert.equal(error.code, "DBUS_INTERNAL");
      assert.match(error.message, /please report it/);
    }
    assert.match(flowError(RED, new TypeError("x")).stack ?? "", /report-error\.test/);
  });
});

describe("noteError", () => {
  const error = flowError(RED, new DBusNodeError("DBUS_TIMEOUT", text("errors.closed")));
  const noted = { message: error.message, code: "DBUS_TIMEOUT" };

  it("leaves it in msg.dbus, beside what is there", () => {
    const message = { dbus: { path: "/a" } };
    noteError(message as NodeMessage, error);
    assert.deepEqual(message, { dbus: { path: "/a", error: noted } });
  });

  it("does so where msg.dbus was nothing, or no object", () => {
    for (const dbus of [undefined, null, "text"]) {
      const message = { dbus };
      noteError(message as NodeMessage, error);
      assert.deepEqual(message, { dbus: { error: noted } });
    }
  });
});

describe("translate", () => {
  it("keeps what comes from the bus from being taken for a reference", () => {
    const details = { destination: "a.b", member: "M", dbusName: "a.b.X", message: "$t(common.label.ok)" };
    assert.equal(
      translate(RED, text("replies.error-reply", details)),
      "a.b answered M with the error a.b.X: $t (common.label.ok)",
    );
  });
});
