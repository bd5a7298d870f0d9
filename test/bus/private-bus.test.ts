import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { busctl, dbusSend, gdbus } from "../support/busctl";
import { endChild } from "../support/child";
import { hello } from "../support/hello";
import { spawnPeer } from "../support/peer";
import { startBus } from "../support/private-bus";
import { makeTempDir } from "../support/temp-dir";
import { eventually } from "../support/until";

const LIST = [
  "--dest=org.freedesktop.DBus",
  "--print-reply",
  "/org/freedesktop/DBus",
  "org.freedesktop.DBus.ListNames",
];
const OWN = ["call", "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName", "su"];

/** A process that has ended and waits for its parent to notice has no command line any more. */
function lives(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
  } catch {
    return false;
  }
}

describe("test support: private bus", () => {
  it("answers every tool", async () => {
    const bus = await startBus({ type: "session" });
    assert.match((await busctl(bus, "list")).stdout, /org\.freedesktop\.DBus/);
    assert.equal((await dbusSend(bus, ...LIST)).code, 0);
    const ping = ["--dest", "org.freedesktop.DBus", "--object-path", "/", "--method", "org.freedesktop.DBus.Peer.Ping"];
    assert.deepEqual(await gdbus(bus, "call", ...ping), { code: 0, stdout: "()\n", stderr: "" });
    await bus.stop();
    assert.ok(!existsSync(bus.directory));
    assert.notEqual((await dbusSend(bus, ...LIST)).code, 0);
  });

  it("comes back at the same address, also over tcp", async () => {
    const listen = ["tcp:host=127.0.0.1,port=0,family=ipv4"];
    const bus = await startBus({ type: "session", auth: ["ANONYMOUS"], listen });
    const { address, pid } = bus;
    await hello(address);
    await bus.kill();
    await assert.rejects(hello(address));
    await bus.restart();
    assert.equal(bus.address, address);
    assert.notEqual(bus.pid, pid);
    await hello(address);
    await bus.stop();
  });

  it("denies by default on a system bus, until a policy file allows", async () => {
    const bus = await startBus({ type: "system" });
    const denied = await busctl(bus, ...OWN, "com.example.Named", "0");
    assert.match(denied.stderr, /Access denied/);
    writeFileSync(
      path.join(bus.policyDir, "named.conf"),
      '<busconfig><policy context="default"><allow own="com.example.Named"/></policy></busconfig>',
    );
    await bus.reload();
    assert.equal((await busctl(bus, ...OWN, "com.example.Named", "0")).stdout, "u 1\n");
    await bus.stop();
  });

  it("keeps the limits it is given", async () => {
    const bus = await startBus({ type: "session", limits: { max_names_per_connection: 1 } });
    // The unique name is the first.
    const refused = await busctl(bus, ...OWN, "com.example.Named", "0");
    assert.match(refused.stderr, /max_names_per_connection=1/);
    await bus.stop();
  });

  it("leaves nothing behind when its test process is killed", async () => {
    const file = path.join(makeTempDir(), "starts-a-bus.ts");
    const support = JSON.stringify(path.join(__dirname, "../support/private-bus"));
    writeFileSync(
      file,
      `import { startBus } from ${support};
       startBus({ type: "session" }).then(({ pid, directory }) => console.log(pid, directory));`,
    );
    const peer = await spawnPeer(process.execPath, ["--import", "tsx", file], { cwd: __dirname });
    const [pid = "", directory = ""] = peer.ready.split(" ");
    assert.ok(lives(Number(pid)));
    assert.ok(existsSync(path.join(directory, "bus")));
    await endChild(peer.child, "SIGKILL");
    await eventually(() => !lives(Number(pid)), { what: "the daemon's end" });
    await eventually(() => !existsSync(directory), { what: "the folder's end" });
  });
});
