import assert from "node:assert/strict";
import type { EnvironmentFacts } from "../../../lib/environment/facts";
import { type ConnectFailure, findingOfFailure, findingsAfterConnecting } from "../../../lib/environment/failure";
import { DBusNodeError } from "../../../lib/errors";
import type { BusTarget } from "../../../lib/shared/bus-choice";
import { text } from "../../../lib/shared/text";
import { desktop, docker, service, usableSystem } from "./facts-of";

const SYSTEM: BusTarget = { kind: "system" };
const SESSION: BusTarget = { kind: "session" };
const inContainer = docker({ sockets: usableSystem });

const codeOf = (failure: ConnectFailure, facts: EnvironmentFacts, target: BusTarget = SYSTEM) =>
  findingOfFailure(failure, facts, target)?.code;
const failed = (code: "DBUS_AUTH_REFUSED" | "DBUS_HELLO_REFUSED" | "DBUS_NO_BUS", options = {}) =>
  new DBusNodeError(code, text("errors.some"), options);
const hungUp = failed("DBUS_HELLO_REFUSED", { cause: new DBusNodeError("DBUS_DISCONNECTED", text("link.lost")) });
const withErrno = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

// As dbus-daemon sends it in answer to Hello.
const APPARMOR =
  "An AppArmor policy prevents this sender from sending this message to this recipient; " +
  'type="method_call", sender="(null)" (inactive) interface="org.freedesktop.DBus" member="Hello"';

describe("findings of a failure to connect", () => {
  it("recognises AppArmor in the bus's answer to Hello, also behind our own error", () => {
    const answer = failed("DBUS_HELLO_REFUSED", {
      dbusName: "org.freedesktop.DBus.Error.AccessDenied",
      body: [APPARMOR],
    });
    assert.equal(codeOf(answer, inContainer), "apparmor");
    assert.equal(codeOf(failed("DBUS_NO_BUS", { cause: answer }), desktop()), "apparmor");
    assert.equal(codeOf({ code: "X", message: APPARMOR }, desktop(), { kind: "address", address: "x:" }), "apparmor");
    assert.equal(codeOf(answer, desktop({ confinedSnap: true })), "snap");
  });

  it("takes a refused authentication in a container for a uid that the host does not know", () => {
    assert.equal(codeOf(failed("DBUS_AUTH_REFUSED"), inContainer), "container-uid");
    assert.equal(codeOf(hungUp, inContainer), "container-uid");
    assert.equal(findingOfFailure(failed("DBUS_AUTH_REFUSED"), inContainer, SYSTEM)?.severity, "error");
  });

  it("says whose a session bus is that refused us", () => {
    const bus = "unix:path=/tmp/their-bus";
    const theirs = service({
      env: { DBUS_SESSION_BUS_ADDRESS: bus },
      sockets: { ...usableSystem, "/tmp/their-bus": { state: "usable", owner: 1000 } },
    });
    const found = findingOfFailure(failed("DBUS_AUTH_REFUSED"), theirs, SESSION);
    assert.deepEqual([found?.code, found?.params["owner"]], ["session-other-user", 1000]);
    assert.equal(codeOf(failed("DBUS_AUTH_REFUSED"), { ...theirs, uid: 0 }, SESSION), "session-root");
  });

  it("has nothing to add where a system bus on the machine itself refused", () => {
    assert.equal(codeOf(failed("DBUS_AUTH_REFUSED"), desktop()), undefined);
  });

  it("takes a refused connect to an open socket for what it can be", () => {
    const refused = failed("DBUS_NO_BUS", { cause: withErrno("EACCES") });
    assert.equal(codeOf(refused, inContainer), "container-selinux");
    assert.equal(codeOf(refused, desktop()), "socket-refused");
    assert.equal(codeOf(refused, desktop({ confinedSnap: true })), "snap");
  });

  it("tells a socket that nobody listens on, also among several that were tried", () => {
    const several = new AggregateError([withErrno("ECONNREFUSED"), withErrno("ENOENT")]);
    const stale = findingOfFailure(failed("DBUS_NO_BUS", { cause: several }), inContainer, SYSTEM);
    assert.deepEqual([stale?.code, stale?.params["path"]], ["socket-stale", "/run/dbus/system_bus_socket"]);
  });

  it("leaves to the error what the error says itself", () => {
    const tcp = desktop({ env: { DBUS_SYSTEM_BUS_ADDRESS: "tcp:host=a,port=1" } });
    assert.equal(codeOf(failed("DBUS_NO_BUS", { cause: withErrno("ECONNREFUSED") }), tcp), undefined);
    assert.equal(codeOf(failed("DBUS_NO_BUS", { cause: withErrno("ENOENT") }), docker()), undefined);
    assert.equal(
      codeOf(failed("DBUS_AUTH_REFUSED"), inContainer, { kind: "address", address: "unix:path=/x" }),
      undefined,
    );
  });

  it("does not take a bus that is silent or full for one that does not know us", () => {
    for (const code of ["DBUS_TIMEOUT", "DBUS_LIMITS_EXCEEDED"] as const) {
      const cause = new DBusNodeError(code, text("errors.some"));
      assert.equal(codeOf(failed("DBUS_HELLO_REFUSED", { cause }), inContainer), undefined);
    }
  });

  it("takes back what was feared when the connection is made", () => {
    const remapped = docker({ uidMap: [{ inside: 0, outside: 100000, count: 65536 }], sockets: usableSystem });
    const codes = (failure: ConnectFailure | undefined) =>
      findingsAfterConnecting(remapped, SYSTEM, failure).map(({ code, severity }) => `${severity} ${code}`);
    assert.deepEqual(codes(undefined), []);
    assert.deepEqual(codes(hungUp), ["error container-uid"]);
    assert.deepEqual(codes(failed("DBUS_NO_BUS")), ["warning container-uid"]);
  });

  it("ends on causes that go in circles", () => {
    const circle = { code: "A", message: "", cause: undefined as unknown };
    circle.cause = circle;
    assert.equal(codeOf(circle, desktop()), undefined);
  });
});
