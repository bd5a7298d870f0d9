import type { EnvironmentFacts } from "../../../lib/environment/facts";

const SYSTEM = "/run/dbus/system_bus_socket";

/** A desktop login on a plain Linux machine as user `ann`, uid 1000: where nothing is to be said. */
const DESKTOP: EnvironmentFacts = {
  platform: "linux",
  uid: 1000,
  userName: "ann",
  autolaunchAddress: undefined,
  env: {
    DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/user/1000/bus",
    XDG_RUNTIME_DIR: "/run/user/1000",
    XDG_CURRENT_DESKTOP: "GNOME",
    DISPLAY: ":0",
    WAYLAND_DISPLAY: "wayland-0",
  },
  sockets: { [SYSTEM]: { state: "usable", owner: 0 }, "/run/user/1000/bus": { state: "usable", owner: 1000 } },
  runtimeDirectory: true,
  lingering: false,
  graphicalSession: true,
  systemd: true,
  unit: undefined,
  container: false,
  uidMap: [{ inside: 0, outside: 0, count: 4294967295 }],
  confinedSnap: false,
  homeAssistant: false,
  venus: false,
  wsl: false,
};

export const desktop = (differences: Partial<EnvironmentFacts> = {}): EnvironmentFacts => ({
  ...DESKTOP,
  ...differences,
});

export const usableSystem = { [SYSTEM]: { state: "usable", owner: 0 } } as const;
export const refusedSystem = { [SYSTEM]: { state: "refused", owner: 0 } } as const;

/** A server: what a login by ssh or at a terminal has. */
export const server = (differences: Partial<EnvironmentFacts> = {}): EnvironmentFacts =>
  desktop({
    env: { DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/user/1000/bus", XDG_RUNTIME_DIR: "/run/user/1000" },
    graphicalSession: false,
    ...differences,
  });

/** A systemd unit with `User=nodered`, never logged in. */
export const service = (differences: Partial<EnvironmentFacts> = {}): EnvironmentFacts =>
  server({
    env: {},
    uid: 998,
    userName: "nodered",
    unit: "flows.service",
    runtimeDirectory: false,
    sockets: usableSystem,
    ...differences,
  });

/** Docker's defaults: root, no socket mounted. */
export const docker = (differences: Partial<EnvironmentFacts> = {}): EnvironmentFacts =>
  service({ container: true, systemd: false, uid: 0, userName: "root", unit: undefined, sockets: {}, ...differences });
