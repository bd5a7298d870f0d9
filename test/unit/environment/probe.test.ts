import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type FileAccess, filesBelow } from "../../../lib/environment/file-access";
import { type ProbeSources, probeEnvironment } from "../../../lib/environment/probe";

const MACHINE_ID = "0123456789abcdef0123456789abcdef";

/** A root directory of its own, with real files and sockets. */
class Machine {
  readonly root = mkdtempSync(join(tmpdir(), "dbus-probe-"));
  readonly #servers: Server[] = [];

  file(path: string, text = ""): this {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
    return this;
  }

  async socket(path: string): Promise<this> {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    const server = createServer();
    this.#servers.push(server);
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(join(this.root, path), resolve));
    return this;
  }

  probe(sources: Partial<ProbeSources> = {}) {
    return probeEnvironment({
      files: filesBelow(this.root),
      env: {},
      platform: "linux",
      uid: 1000,
      userName: "ann",
      home: "/home/ann",
      ...sources,
    });
  }

  async remove(): Promise<void> {
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
    rmSync(this.root, { recursive: true });
  }
}

describe("probing", () => {
  let machine: Machine;
  beforeEach(() => {
    machine = new Machine();
  });
  afterEach(() => machine.remove());

  it("finds nothing on an empty machine, and does not throw", () => {
    assert.deepEqual(machine.probe(), {
      env: {},
      uid: 1000,
      autolaunchAddress: undefined,
      platform: "linux",
      userName: "ann",
      sockets: {
        "/run/dbus/system_bus_socket": { state: "missing" },
        "/var/run/dbus/system_bus_socket": { state: "missing" },
        "/run/user/1000/bus": { state: "missing" },
      },
      runtimeDirectory: false,
      lingering: false,
      graphicalSession: false,
      systemd: false,
      unit: undefined,
      container: false,
      uidMap: [],
      confinedSnap: false,
      homeAssistant: false,
      venus: false,
      wsl: false,
    });
  });

  it("tells sockets from files, and whose they are", async () => {
    await machine.socket("/run/dbus/system_bus_socket");
    machine.file("/run/user/1000/bus", "no socket");
    const { sockets, runtimeDirectory } = machine.probe();
    assert.deepEqual(sockets["/run/dbus/system_bus_socket"], { state: "usable", owner: process.getuid?.() });
    assert.deepEqual(sockets["/run/user/1000/bus"], { state: "not-a-socket" });
    assert.equal(runtimeDirectory, true);
  });

  it("looks at every path that a variable names, escapes decoded", async () => {
    await machine.socket("/tmp/a b");
    const { sockets, env } = machine.probe({
      env: {
        DBUS_SESSION_BUS_ADDRESS: "unix:path=/tmp/a%20b;unix:abstract=x;tcp:host=h;unix:runtime=yes",
        XDG_RUNTIME_DIR: "/rt",
      },
    });
    assert.equal(sockets["/tmp/a b"]?.state, "usable");
    assert.equal(sockets["/rt/bus"]?.state, "missing");
    assert.equal(sockets["/run/user/1000/bus"], undefined, "a variable is used alone");
    assert.equal(env.XDG_RUNTIME_DIR, "/rt");
  });

  it("keeps no token, and no variable that is empty", () => {
    const facts = machine.probe({ env: { SUPERVISOR_TOKEN: "very-secret", DISPLAY: "" } });
    assert.equal(facts.homeAssistant, true);
    assert.equal(JSON.stringify(facts).includes("very-secret"), false);
    assert.deepEqual(facts.env, {});
  });

  it("sees a graphical session of this user only", () => {
    const session = (text: string) => machine.file("/run/systemd/sessions/2", `# private\n${text}`).probe();
    assert.equal(session("UID=1000\nTYPE=wayland\nSTATE=active\n").graphicalSession, true);
    assert.equal(session("UID=1000\nTYPE=x11\nSTATE=online\n").graphicalSession, true);
    assert.equal(session("UID=1000\nTYPE=tty\nSTATE=active\n").graphicalSession, false);
    assert.equal(session("UID=120\nTYPE=wayland\nSTATE=active\n").graphicalSession, false, "the greeter's");
    assert.equal(session("UID=1000\nTYPE=x11\nSTATE=closing\n").graphicalSession, false);
  });

  it("sees a compositor by its socket, but not WSL's", () => {
    machine.file("/run/user/1000/wayland-0.lock");
    assert.equal(machine.probe().graphicalSession, false);
    machine.file("/run/user/1000/wayland-0");
    assert.equal(machine.probe().graphicalSession, true);
    machine.file("/proc/sys/kernel/osrelease", "5.15.153.1-microsoft-standard-WSL2\n");
    const facts = machine.probe();
    assert.deepEqual([facts.wsl, facts.graphicalSession], [true, false]);
  });

  it("reads lingering, systemd and the unit", () => {
    machine.file("/var/lib/systemd/linger/ann").file("/run/systemd/system/x");
    machine.file("/proc/self/cgroup", "0::/system.slice/nodered.service\n");
    const facts = machine.probe({ env: { INVOCATION_ID: "1" } });
    assert.deepEqual([facts.lingering, facts.systemd, facts.unit], [true, true, "nodered.service"]);
    assert.equal(machine.probe().unit, undefined, "a process that systemd did not start");
    machine.file("/proc/self/cgroup", "0::/user.slice/user-1000.slice/user@1000.service/app.slice/red.service\n");
    assert.equal(machine.probe({ env: { INVOCATION_ID: "1" } }).unit, undefined, "a unit of the user's own manager");
    machine.file("/proc/self/cgroup", "1:name=systemd:/system.slice/system-red.slice/red@a.service/inner\n");
    assert.equal(machine.probe({ env: { INVOCATION_ID: "1" } }).unit, "red@a.service");
  });

  const CONTAINERS: Record<string, { file?: readonly [string, string]; env?: ProbeSources["env"]; is: boolean }> = {
    Docker: { file: ["/.dockerenv", ""], is: true },
    Podman: { file: ["/run/.containerenv", ""], is: true },
    "a variable": { env: { container: "podman" }, is: true },
    "LXC, as systemd says": { file: ["/run/systemd/container", "lxc\n"], is: true },
    "cgroup v1": { file: ["/proc/1/cgroup", "5:memory:/docker/0123\n"], is: true },
    Kubernetes: { env: { KUBERNETES_SERVICE_HOST: "10.0.0.1" }, is: true },
    "not Flatpak": { env: { container: "flatpak" }, is: false },
    "not a host that runs Docker": { file: ["/proc/1/cgroup", "0::/init.scope\n"], is: false },
    "not WSL": { file: ["/run/systemd/container", "wsl\n"], is: false },
  };
  for (const [name, { file, env, is }] of Object.entries(CONTAINERS)) {
    it(`knows a container: ${name}`, () => {
      if (file !== undefined) machine.file(...file);
      assert.equal(machine.probe({ env: env ?? {} }).container, is);
    });
  }

  it("reads the uid map", () => {
    machine.file("/proc/self/uid_map", "         0       1000          1\n         1     100000      65536\n");
    assert.deepEqual(machine.probe().uidMap, [
      { inside: 0, outside: 1000, count: 1 },
      { inside: 1, outside: 100000, count: 65536 },
    ]);
  });

  it("knows an enforced snap from a classic one", () => {
    const label = (text: string) => machine.file("/proc/self/attr/current", text).probe({ env: { SNAP: "/snap/x/1" } });
    assert.equal(label("snap.node-red.node-red (enforce)\n").confinedSnap, true);
    assert.equal(label("snap.code.code (complain)\n").confinedSnap, false);
    assert.equal(label("unconfined\n").confinedSnap, false);
    assert.equal(machine.file("/proc/self/attr/current", "snap.x.y (enforce)").probe().confinedSnap, false);
  });

  it("takes a label that may not be read for confinement", () => {
    const files: FileAccess = { ...filesBelow(machine.root), read: () => ({ failure: "refused" }) };
    assert.equal(machine.probe({ files, env: { SNAP: "/snap/x/1" } }).confinedSnap, true);
  });

  it("knows Venus OS", () => {
    assert.equal(machine.file("/opt/victronenergy/version").probe().venus, true);
  });

  it("reads the address that X11 autolaunch left, unless its bus has ended", () => {
    machine.file("/var/lib/dbus/machine-id", `${MACHINE_ID}\n`).file("/proc/77/status");
    const at = (display: string) => machine.probe({ env: { DISPLAY: display } }).autolaunchAddress;
    const content = (pid: number) =>
      `# by dbus-launch\nDBUS_SESSION_BUS_ADDRESS='unix:abstract=/tmp/dbus-x,guid=1'\nDBUS_SESSION_BUS_PID=${pid}\n`;
    machine.file(`/home/ann/.dbus/session-bus/${MACHINE_ID}-0`, content(77));
    machine.file(`/home/ann/.dbus/session-bus/${MACHINE_ID}-host_10`, content(77));
    machine.file(`/home/ann/.dbus/session-bus/${MACHINE_ID}-1`, content(78));
    assert.equal(at(":0.0"), "unix:abstract=/tmp/dbus-x,guid=1");
    assert.equal(at("host:10.0"), "unix:abstract=/tmp/dbus-x,guid=1");
    assert.equal(at(":1"), undefined, "the process is gone");
    assert.equal(at(":2"), undefined, "no file");
    assert.equal(at("nonsense"), undefined);
    assert.equal(machine.probe().autolaunchAddress, undefined, "no display");
  });

  it("survives what is not as it should be: loops, directories for files, a file for a directory", () => {
    symlinkSync("bus", join(machine.file("/run/user/1000/x").root, "run/user/1000/bus"));
    machine.file("/run/dbus", "a file").file("/etc/machine-id/x").file("/proc/self/uid_map/x");
    machine.file("/run/systemd/sessions", "a file");
    const facts = machine.probe({ env: { DISPLAY: ":0", SNAP: "/snap/x/1" } });
    assert.equal(facts.sockets["/run/user/1000/bus"]?.state, "missing");
    assert.equal(facts.sockets["/run/dbus/system_bus_socket"]?.state, "missing");
    assert.deepEqual(facts.uidMap, []);
  });

  it("probes this machine without being told anything", () => {
    const facts = probeEnvironment();
    assert.equal(facts.platform, process.platform);
    assert.equal(facts.uid, process.getuid?.());
    assert.notEqual(facts.userName, "");
    assert.notEqual(Object.keys(facts.sockets).length, 0);
  });

  it("sees that it may not even look for a socket", async () => {
    await machine.socket("/run/dbus/system_bus_socket");
    chmodSync(join(machine.root, "/run/dbus"), 0o000);
    chmodSync(machine.root, 0o755);
    // Root may look anywhere, so a root that runs the tests looks with another user's eyes.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      assert.equal(machine.probe().sockets["/run/dbus/system_bus_socket"]?.state, "refused");
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(join(machine.root, "/run/dbus"), 0o755);
    }
  });
});
