import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import path from "node:path";
import { pipeline } from "node:stream";
import { DBusNodeError } from "../../lib/errors";
import { run } from "../support/busctl";
import { bounded } from "../support/child";
import { english } from "../support/english";
import { hello } from "../support/hello";
import { helloProgram } from "../support/hello-program";
import { type PrivateBus, type PrivateBusOptions, startBus } from "../support/private-bus";
import { makeTempDir } from "../support/temp-dir";

const NODE_22 = path.join(__dirname, "../platforms/node_modules/node22/bin/node");
const TCP = "tcp:host=127.0.0.1,port=0,family=ipv4";
/** Debian's nobody, and a uid that no machine has an account for. */
const NOBODY = 65_534;
const STRANGER = 54_321;

const refusedWith = (says: RegExp) => (error: unknown) => {
  assert.ok(error instanceof DBusNodeError);
  assert.equal(error.code, "DBUS_AUTH_REFUSED");
  assert.match(english(error.text), says);
  return true;
};

describe("link: authentication with dbus-daemon", () => {
  const buses: PrivateBus[] = [];

  async function bus(options: PrivateBusOptions): Promise<PrivateBus> {
    const started = await startBus(options);
    buses.push(started);
    return started;
  }

  afterEach(async () => {
    await Promise.all(buses.splice(0).map((started) => started.stop()));
  });

  /** Says Hello in a process of its own, as another user or on another Node.js. */
  async function helloAs(address: string, uid: number, node = process.execPath): Promise<string> {
    const { stdout, stderr } = await run(node, [helloProgram(), address], { uid });
    return stdout.trim() || stderr;
  }

  it("EXTERNAL on a session bus and on a system bus", async () => {
    assert.match(await hello((await bus({ type: "session", auth: ["EXTERNAL"] })).address), /^:1\.\d+$/);
    assert.match(await hello((await bus({ type: "system" })).address), /^:1\.\d+$/);
  });

  it("EXTERNAL as another user on a system bus", async () => {
    const { address } = await bus({ type: "system" });
    assert.match(await helloAs(address, NOBODY), /^:1\.\d+$/);
  });

  it("EXTERNAL where our uid is another one for the bus, as in a container", async () => {
    const { address } = await bus({ type: "system" });
    const { geteuid } = process;
    process.geteuid = () => STRANGER;
    try {
      assert.match(await hello(address), /^:1\.\d+$/);
    } finally {
      if (geteuid !== undefined) process.geteuid = geteuid;
    }
    // What others send in that place is refused: the first answer to EXTERNAL with that uid.
    const socket = connect(address.replace("unix:path=", ""));
    socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(STRANGER)).toString("hex")}\r\n`);
    const answer = new Promise<string>((resolve) => socket.once("data", (chunk) => resolve(chunk.toString())));
    assert.match(await bounded(answer, "the bus's answer"), /^REJECTED/);
    socket.destroy();
  });

  it("tells a user whom the bus does not let in", async () => {
    const system = await bus({ type: "system" });
    assert.match(await helloAs(system.address, STRANGER), /^DBUS_AUTH_REFUSED link\.not-admitted/);
    const session = await bus({ type: "session" });
    assert.match(await helloAs(session.address, NOBODY), /^DBUS_AUTH_REFUSED link\.not-admitted/);
  });

  it("ANONYMOUS over tcp", async () => {
    const { address } = await bus({ type: "session", auth: ["ANONYMOUS"], listen: [TCP] });
    assert.match(address, /^tcp:host=127\.0\.0\.1,port=\d+/);
    assert.match(await hello(address), /^:1\.\d+$/);
  });

  it("ANONYMOUS over tcp where the bus knows other mechanisms too", async () => {
    const auth = ["EXTERNAL", "DBUS_COOKIE_SHA1", "ANONYMOUS"];
    const { address } = await bus({ type: "session", auth, listen: [TCP], env: { HOME: makeTempDir() } });
    assert.match(await hello(address), /^:1\.\d+$/);
  });

  it("never ANONYMOUS on a local socket", async () => {
    const { address } = await bus({ type: "session", auth: ["ANONYMOUS"] });
    await assert.rejects(hello(address), refusedWith(/tried: EXTERNAL; the bus offers: ANONYMOUS/));
  });

  it("EXTERNAL through a relay to a local socket, whose uid is not ours", async () => {
    const { address } = await bus({ type: "system" });
    const relay = createServer((socket) => {
      const local = connect(address.replace("unix:path=", ""));
      pipeline(socket, local, socket, () => undefined);
    }).listen(0, "127.0.0.1");
    await once(relay, "listening");
    const bound = relay.address();
    const port = bound === null || typeof bound === "string" ? 0 : bound.port;
    const { geteuid } = process;
    process.geteuid = () => STRANGER;
    try {
      assert.match(await hello(`tcp:host=127.0.0.1,port=${port}`), /^:1\.\d+$/);
    } finally {
      if (geteuid !== undefined) process.geteuid = geteuid;
      relay.close();
    }
  });

  it("EXTERNAL alone is refused over tcp, which proves nobody's uid", async () => {
    const { address } = await bus({ type: "session", auth: ["EXTERNAL"], listen: [TCP] });
    await assert.rejects(hello(address), refusedWith(/Over tcp, no user id is proved/));
  });

  describe("DBUS_COOKIE_SHA1", () => {
    const home = process.env["HOME"];

    afterEach(() => {
      process.env["HOME"] = home;
    });

    /** A bus whose cookies are in a home of its own, which is ours too. */
    async function cookieBus(): Promise<PrivateBus> {
      const directory = makeTempDir();
      process.env["HOME"] = directory;
      return bus({ type: "session", auth: ["DBUS_COOKIE_SHA1"], listen: [TCP], env: { HOME: directory } });
    }

    it("over tcp with the cookie from the keyring", async () => {
      const { address } = await cookieBus();
      assert.match(await hello(address), /^:1\.\d+$/);
      assert.match(await hello(address), /^:1\.\d+$/, "also when the keyring was there before");
    });

    it("says where it looked for the cookie", async () => {
      const { address } = await cookieBus();
      process.env["HOME"] = makeTempDir();
      await assert.rejects(hello(address), refusedWith(/\.dbus-keyrings\/\w+, which could not be read \(ENOENT\)/));
    });
  });

  it("an abstract socket, on a Node.js that can", async () => {
    const { address } = await bus({ type: "session", listen: [`unix:abstract=node-red-dbus-${process.pid}`] });
    assert.match(await helloAs(address, process.getuid?.() ?? 0, NODE_22), /^:1\.\d+$/);
  });

  it("a program's standard input and output", async () => {
    const { address } = await bus({ type: "session" });
    const bridge = `unixexec:path=systemd-stdio-bridge,argv1=${encodeURIComponent(`--bus-path=${address}`)}`;
    assert.match(await hello(bridge), /^:1\.\d+$/);
  });
});
