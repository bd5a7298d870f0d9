import assert from "node:assert/strict";
import type { EnvironmentFacts } from "../../../lib/environment/facts";
import { findings } from "../../../lib/environment/findings";
import { desktop, docker, refusedSystem, server, service, usableSystem } from "./facts-of";

import { BY_PATH, describeSituations, login, NO_DESKTOP, type Situation, session, userBus } from "./situations";

const linux: Record<string, Situation> = {
  "a desktop login": [desktop(), [], []],
  "a desktop of Wayland alone": [desktop({ env: { ...login, WAYLAND_DISPLAY: "w" }, graphicalSession: false }), [], []],
  "a desktop by remote desktop (DISPLAY :10.0)": [
    desktop({ env: { ...login, DISPLAY: ":10.0" }, graphicalSession: false }),
    [],
    [],
  ],
  "an old desktop, its bus by dbus-launch": [
    desktop({ env: { ...session("unix:abstract=/tmp/dbus-x,guid=1"), DISPLAY: ":0" }, graphicalSession: false }),
    [],
    [],
  ],
  "ssh to the machine of one's own desktop": [server({ graphicalSession: true }), [], []],
  "ssh to a server, or a login at its terminal": [server(), [], [NO_DESKTOP]],
  "ssh with a forwarded display": [server({ env: { ...login, DISPLAY: "localhost:10.0" } }), [], [NO_DESKTOP]],
  "a service of the desktop's user": [desktop({ env: {}, unit: "nodered.service" }), [], [BY_PATH]],
  "a service without login": [service(), [], ["warning session-missing"]],
  "a service, lingering, the variable missing": [
    service({ lingering: true, runtimeDirectory: true, sockets: { ...usableSystem, ...userBus(998, 998) } }),
    [],
    [NO_DESKTOP, BY_PATH],
  ],
  "a service, lingering, the variable set": [
    service({
      env: { XDG_RUNTIME_DIR: "/run/user/998" },
      lingering: true,
      sockets: { ...usableSystem, ...userBus(998, 998) },
    }),
    [],
    [NO_DESKTOP],
  ],
  "a service that starts before its lingering user": [
    service({ lingering: true }),
    [],
    ["warning session-not-started"],
  ],
  "a login without the package that starts session buses": [
    server({ env: { XDG_RUNTIME_DIR: "/run/user/1000" }, sockets: usableSystem }),
    [],
    ["warning session-not-started"],
  ],
  "a terminal that outlived its login": [
    server({ runtimeDirectory: false, sockets: usableSystem }),
    [],
    ["warning session-missing"],
  ],
  "another user by sudo, from a desktop": [
    service({ env: { DISPLAY: ":0", SUDO_UID: "1000" }, sockets: { ...usableSystem, ...userBus(998, 998) } }),
    [],
    [NO_DESKTOP, BY_PATH],
  ],
  "a bus of one's own, without a display (a test, a kiosk)": [
    service({
      env: session("unix:path=/tmp/my-bus"),
      sockets: { ...usableSystem, "/tmp/my-bus": { state: "usable", owner: 998 } },
    }),
    [],
    ["info session-private"],
  ],
  "a variable left behind by a bus that has ended": [
    service({ env: session("unix:path=/tmp/gone"), sockets: { ...usableSystem, "/tmp/gone": { state: "missing" } } }),
    [],
    ["error variable-wrong"],
  ],
  "a variable that is no address": [server({ env: session("/dev/null") }), [], ["error variable-wrong"]],
  "a bus switched off": [server({ env: session("disabled:") }), [], ["error variable-wrong"]],
  "the variable of another user": [
    service({ env: login, sockets: { ...usableSystem, "/run/user/1000/bus": { state: "refused" } } }),
    [],
    ["error session-other-user"],
  ],
  "the system bus given as the session bus": [
    service({ env: session("unix:path=/run/dbus/system_bus_socket") }),
    [],
    ["info session-private"],
  ],
  "a unit that hides /run/user": [
    service({ sockets: { ...usableSystem, "/run/user/998/bus": { state: "refused" } } }),
    [],
    ["error socket-refused"],
  ],
  "a unit that hides /run/dbus": [
    service({ sockets: refusedSystem }),
    ["error socket-refused"],
    ["warning session-missing"],
  ],
  "a machine without D-Bus": [
    service({ sockets: {}, systemd: false }),
    ["error system-missing"],
    ["warning session-missing"],
  ],
  "a wrong DBUS_SYSTEM_BUS_ADDRESS, the bus at its place": [
    desktop({ env: { ...login, DBUS_SYSTEM_BUS_ADDRESS: "unix:path=/nowhere" } }),
    ["error variable-wrong"],
    [],
  ],
  "FreeBSD with a desktop": [
    desktop({
      platform: "freebsd",
      env: { DISPLAY: ":0", ...session("unix:path=/tmp/dbus-1") },
      systemd: false,
      graphicalSession: false,
      sockets: { "/var/run/dbus/system_bus_socket": { state: "usable" }, "/tmp/dbus-1": { state: "usable" } },
    }),
    [],
    [],
  ],
};

const root: Record<string, Situation> = {
  "root as a service": [service({ uid: 0, userName: "root" }), [], ["warning session-root"]],
  "root by ssh, with a bus of its own": [
    server({ uid: 0, env: { XDG_RUNTIME_DIR: "/run/user/0" }, sockets: { ...usableSystem, ...userBus(0, 0) } }),
    [],
    ["warning session-root"],
  ],
  "root by sudo on a desktop": [
    desktop({ uid: 0, env: { DISPLAY: ":0", SUDO_UID: "1000" }, graphicalSession: false }),
    [],
    ["warning session-root"],
  ],
  "root by sudo -E on a desktop": [
    desktop({ uid: 0, env: { ...login, DISPLAY: ":0", SUDO_UID: "1000" }, graphicalSession: false }),
    [],
    ["error session-root"],
  ],
  "root logged in to a desktop": [
    desktop({ uid: 0, env: { XDG_RUNTIME_DIR: "/run/user/0" }, sockets: { ...usableSystem, ...userBus(0, 0) } }),
    [],
    [],
  ],
  "root with a bus of its own on purpose": [
    service({
      uid: 0,
      env: session("unix:path=/tmp/bus"),
      sockets: { ...usableSystem, "/tmp/bus": { state: "usable" } },
    }),
    [],
    ["info session-private"],
  ],
};

describeSituations("Linux", linux);
describeSituations("root", root);

describe("findings", () => {
  it("say nothing about an address that somebody typed", () => {
    for (const facts of [desktop(), docker(), service({ platform: "win32", uid: undefined, sockets: {} })]) {
      assert.deepEqual(findings(facts, { kind: "address", address: "unix:abstract=x" }), []);
    }
  });

  it("offer the system bus only where it can be used", () => {
    const offer = (facts: EnvironmentFacts) => findings(facts, { kind: "session" }).map((found) => found.useSystemBus);
    assert.deepEqual(offer(service()), [true]);
    assert.deepEqual(offer(server()), [true]);
    assert.deepEqual(offer(docker({ sockets: usableSystem })), [true]);
    assert.deepEqual(offer(docker()), [false]);
    assert.deepEqual(offer(service({ sockets: {} })), [false]);
    assert.deepEqual(
      findings(docker(), { kind: "system" }).map((found) => found.useSystemBus),
      [false],
    );
  });

  it("name the user, and uid, account and unit for the commands", () => {
    assert.deepEqual(findings(service(), { kind: "session" })[0]?.params, {
      user: "nodered",
      uid: 998,
      account: "nodered",
      unit: "flows.service",
    });
  });

  it("do not change the facts", () => {
    const facts = Object.freeze(docker({ sockets: Object.freeze({}), env: Object.freeze({}) }));
    assert.deepEqual(findings(facts, { kind: "session" }), findings(facts, { kind: "session" }));
  });
});
