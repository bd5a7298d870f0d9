import { desktop, docker, refusedSystem, server, service, usableSystem } from "./facts-of";
import { describeSituations, login, NO_DESKTOP, type Situation, session, userBus } from "./situations";

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

describeSituations("containers", containers);
describeSituations("special systems", special);
