import assert from "node:assert/strict";
import type { EnvironmentFacts } from "../../../lib/environment/facts";
import { findings } from "../../../lib/environment/findings";
import { desktop, docker, refusedSystem, server, service, usableSystem } from "./facts-of";

const codes = (facts: EnvironmentFacts, kind: "system" | "session") =>
  findings(facts, { kind }).map(({ code, severity }) => `${severity} ${code}`);

/** A situation, and exactly what is to be said about it: `[facts, system bus, session bus]`. */
type Situation = readonly [facts: EnvironmentFacts, system: readonly string[], session: readonly string[]];

const NO_DESKTOP = "warning session-no-desktop";
const BY_PATH = "info session-found-by-path";
const login = { DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/user/1000/bus", XDG_RUNTIME_DIR: "/run/user/1000" };
const userBus = (uid: number, owner: number) => ({ [`/run/user/${uid}/bus`]: { state: "usable", owner } }) as const;
const session = (address: string) => ({ DBUS_SESSION_BUS_ADDRESS: address });

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

const userns = [
  { inside: 0, outside: 1000, count: 1 },
  { inside: 1, outside: 100000, count: 65536 },
];

const containers: Record<string, Situation> = {
  "Docker as it comes: root, nothing mounted": [
    docker(),
    ["error system-container-socket"],
    ["warning session-container"],
  ],
  "Docker with the socket": [docker({ sockets: usableSystem }), [], ["warning session-container"]],
  "a development container that forwards a display": [
    docker({ uid: 1000, env: { DISPLAY: ":1", ...session("autolaunch:") } }),
    ["error system-container-socket"],
    ["warning session-container"],
  ],
  "a development container with the variable of the host": [
    docker({ uid: 1000, env: login, sockets: { "/run/user/1000/bus": { state: "missing" } } }),
    ["error system-container-socket"],
    ["warning session-container"],
  ],
  "a container with a system bus at a path of its own": [
    docker({
      env: { DBUS_SYSTEM_BUS_ADDRESS: "unix:path=/host/run/dbus/system_bus_socket" },
      sockets: { "/host/run/dbus/system_bus_socket": { state: "usable" } },
    }),
    [],
    ["warning session-container"],
  ],
  "the same, the mount forgotten": [
    docker({ env: { DBUS_SYSTEM_BUS_ADDRESS: "unix:path=/host/run/dbus/system_bus_socket" } }),
    ["error variable-wrong"],
    ["warning session-container"],
  ],
  "a container with the host's session bus, uid matching": [
    docker({ uid: 1000, env: login, sockets: { ...usableSystem, ...userBus(1000, 1000) } }),
    [],
    [],
  ],
  "a container with the host's session bus, as root": [
    docker({ env: login, sockets: { ...usableSystem, ...userBus(1000, 1000) } }),
    [],
    ["error container-uid"],
  ],
  "a container with a bus of its own on purpose": [
    docker({ env: session("unix:path=/tmp/bus"), sockets: { ...usableSystem, "/tmp/bus": { state: "usable" } } }),
    [],
    ["info session-private"],
  ],
  "rootless Podman as its root: the host's user": [
    docker({ uidMap: userns, env: login, sockets: { ...usableSystem, ...userBus(1000, 0) } }),
    [],
    [],
  ],
  "rootless Podman as another uid: unknown to the host": [
    docker({ uid: 1000, uidMap: userns, sockets: usableSystem }),
    ["warning container-uid"],
    ["warning session-container"],
  ],
  "rootless Podman with keep-id": [
    docker({
      uid: 1000,
      uidMap: [
        { inside: 0, outside: 1, count: 1000 },
        { inside: 1000, outside: 0, count: 1 },
        { inside: 1001, outside: 1001, count: 64536 },
      ],
      sockets: usableSystem,
    }),
    [],
    ["warning session-container"],
  ],
  "Docker with remapped users": [
    docker({ uidMap: [{ inside: 0, outside: 100000, count: 65536 }], sockets: usableSystem }),
    ["warning container-uid"],
    ["warning session-container"],
  ],
  "LXC, a machine of its own": [
    server({ container: true, uidMap: [{ inside: 0, outside: 100000, count: 65536 }] }),
    [],
    [NO_DESKTOP],
  ],
  "LXC without a login": [service({ container: true }), [], ["warning session-missing"]],
  "LXC without D-Bus": [
    service({ container: true, sockets: {} }),
    ["error system-missing"],
    ["warning session-missing"],
  ],
};

const special: Record<string, Situation> = {
  "a Home Assistant add-on": [
    docker({ homeAssistant: true }),
    ["error home-assistant"],
    ["error home-assistant-session"],
  ],
  "a Home Assistant add-on with host_dbus": [
    docker({ homeAssistant: true, sockets: usableSystem }),
    [],
    ["error home-assistant-session"],
  ],
  "Venus OS": [service({ venus: true, uid: 0, userName: "root", systemd: false }), [], ["warning session-venus"]],
  "a snap": [
    service({ confinedSnap: true, uid: 0, userName: "root", env: { SNAP: "/snap/node-red/12" } }),
    ["info snap"],
    ["warning session-root"],
  ],
  "a snap that may not even look": [
    service({ confinedSnap: true, sockets: { ...refusedSystem, "/run/user/998/bus": { state: "refused" } } }),
    ["error snap"],
    ["error snap"],
  ],
  "a snap on a desktop": [desktop({ confinedSnap: true }), ["info snap"], ["info snap"]],
  "a terminal inside a classic snap": [desktop({ env: { ...login, SNAP: "/snap/code/1", DISPLAY: ":0" } }), [], []],
  "WSL without systemd": [
    service({ wsl: true, systemd: false, sockets: {}, env: { DISPLAY: ":0", WAYLAND_DISPLAY: "wayland-0" } }),
    ["error wsl-no-systemd"],
    ["error wsl-no-systemd"],
  ],
  "WSL with systemd and its display": [
    server({ wsl: true, env: { ...login, DISPLAY: ":0", WAYLAND_DISPLAY: "wayland-0" } }),
    [],
    [NO_DESKTOP],
  ],
  "WSL with a desktop": [
    server({ wsl: true, env: { ...login, DISPLAY: ":10.0", XDG_CURRENT_DESKTOP: "XFCE" } }),
    [],
    [],
  ],
  macOS: [
    service({ platform: "darwin", sockets: {}, systemd: false }),
    ["error no-dbus-platform"],
    ["error no-dbus-platform"],
  ],
  Windows: [
    service({ platform: "win32", uid: undefined, sockets: {}, systemd: false }),
    ["error no-dbus-platform"],
    ["error no-dbus-platform"],
  ],
  "Windows with a system bus elsewhere": [
    service({
      platform: "win32",
      uid: undefined,
      sockets: {},
      systemd: false,
      env: { DBUS_SYSTEM_BUS_ADDRESS: "tcp:host=venus,port=78" },
    }),
    [],
    ["error no-dbus-platform"],
  ],
};

for (const [group, situations] of Object.entries({ linux, root, containers, special })) {
  describe(`findings: ${group}`, () => {
    for (const [name, [facts, system, ofSession]] of Object.entries(situations)) {
      it(name, () => {
        assert.deepEqual(
          { system: codes(facts, "system"), session: codes(facts, "session") },
          { system, session: ofSession },
        );
      });
    }
  });
}

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

  it("name the user, the uid and the unit for the commands", () => {
    assert.deepEqual(findings(service(), { kind: "session" })[0]?.params, {
      user: "nodered",
      uid: 998,
      unit: "flows.service",
    });
  });

  it("do not change the facts", () => {
    const facts = Object.freeze(docker({ sockets: Object.freeze({}), env: Object.freeze({}) }));
    assert.deepEqual(findings(facts, { kind: "session" }), findings(facts, { kind: "session" }));
  });
});
