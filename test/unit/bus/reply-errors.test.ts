import assert from "node:assert/strict";
import { replyError } from "../../../lib/bus/reply-errors";
import { DBusNodeError } from "../../../lib/errors";
import { english } from "../../support/english";
import { errorReply, methodReturn, UNREADABLE } from "./messages";

const ASKED = { destination: "com.example.A", path: "/a", interface: "com.example.I", member: "Do" };

function errorOf(name: string, signature = "s", body: readonly unknown[] = ["it said so"]) {
  const error = replyError(errorReply(name, signature, body), ASKED);
  assert.ok(error !== undefined);
  return error;
}

describe("replyError", () => {
  it("is nothing for a method return", () => {
    assert.equal(replyError(methodReturn(1), ASKED), undefined);
  });

  for (const [name, code] of [
    ["ServiceUnknown", "DBUS_NAME_NOT_FOUND"],
    ["NameHasNoOwner", "DBUS_NAME_NOT_FOUND"],
    ["Spawn.ChildExited", "DBUS_NAME_NOT_FOUND"],
    ["UnknownObject", "DBUS_OBJECT_NOT_FOUND"],
    ["UnknownInterface", "DBUS_INTERFACE_NOT_FOUND"],
    ["UnknownMethod", "DBUS_METHOD_NOT_FOUND"],
    ["UnknownProperty", "DBUS_PROPERTY_NOT_FOUND"],
    ["PropertyReadOnly", "DBUS_PROPERTY_READ_ONLY"],
    ["InvalidArgs", "DBUS_INVALID_ARGS"],
    ["InvalidSignature", "DBUS_INVALID_ARGS"],
    ["AccessDenied", "DBUS_ACCESS_DENIED"],
    ["AuthFailed", "DBUS_ACCESS_DENIED"],
    ["InteractiveAuthorizationRequired", "DBUS_ACCESS_DENIED"],
    ["LimitsExceeded", "DBUS_LIMITS_EXCEEDED"],
    ["NoReply", "DBUS_NO_REPLY"],
    ["Disconnected", "DBUS_NO_REPLY"],
    ["Timeout", "DBUS_TIMEOUT"],
    ["TimedOut", "DBUS_TIMEOUT"],
    ["Failed", "DBUS_ERROR_REPLY"],
    ["SomethingNew", "DBUS_ERROR_REPLY"],
  ] as const) {
    it(`reads ${name} as ${code}, and tells name and body verbatim`, () => {
      const error = errorOf(`org.freedesktop.DBus.Error.${name}`);
      assert.equal(error.code, code);
      assert.equal(error.dbusName, `org.freedesktop.DBus.Error.${name}`);
      assert.deepEqual(error.body, ["it said so"]);
      assert.notEqual(english(error.text), "");
    });
  }

  it("leaves a service its own names, even where they end like a known one", () => {
    const error = errorOf("com.example.Error.AccessDenied");
    assert.equal(error.code, "DBUS_ERROR_REPLY");
    assert.match(english(error.text), /com\.example\.Error\.AccessDenied/);
    assert.match(english(error.text), /it said so/);
  });

  it("does without a message", () => {
    assert.match(english(errorOf("com.example.Error.Mute", "", []).text), /com\.example\.Error\.Mute/);
    assert.deepEqual(errorOf("com.example.Error.Number", "iu", [5, 6]).body, [5, 6]);
  });

  it("is an error even where its arguments cannot be read", () => {
    const error = errorOf("com.example.Error.Odd", "s", [UNREADABLE]);
    assert.equal(error.code, "DBUS_ERROR_REPLY");
    assert.deepEqual(error.body, []);
    assert.ok(error.cause instanceof DBusNodeError);
    assert.equal(error.cause.code, "DBUS_BAD_MESSAGE");
  });
});
