import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { DBusNodeError } from "../../lib/errors";
import { encodeMessage } from "../../lib/wire/encode-message";
import { type Link, openLink } from "../../lib/wire/link";
import { SIGNAL } from "../../lib/wire/types";
import { run } from "../support/busctl";
import { bounded } from "../support/child";
import { english } from "../support/english";
import { busCall, hello } from "../support/hello";
import { helloProgram } from "../support/hello-program";
import { LinkRecorder } from "../support/link-recorder";
import { type PrivateBus, startBus } from "../support/private-bus";
import { makeTempDir } from "../support/temp-dir";
import { eventually } from "../support/until";

const NOBODY = 65_534;

function signal(serial: number, signature: string, body: readonly unknown[], destination?: string) {
  const message = { type: SIGNAL, flags: 0, path: "/a", interface: "b.c", member: "D", destination, signature, body };
  return encodeMessage(message, serial);
}

async function failure(opening: Promise<unknown>): Promise<DBusNodeError> {
  const error = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DBusNodeError, `got ${String(error)}`);
  return error;
}

/** Whether a process of this id is there. */
function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("link: on a real bus", () => {
  let bus: PrivateBus;
  let links: Link[];

  /** A link that has joined the bus and ends with the test. */
  async function join(recorder = new LinkRecorder(), address = bus.address) {
    const joined = await recorder.join(address);
    links.push(joined.link);
    return { recorder, ...joined };
  }

  beforeEach(async () => {
    links = [];
    bus = await startBus({ type: "session" });
  });

  afterEach(async () => {
    for (const link of links) link.close();
    await bus.stop();
  });

  it("tells which alternative answered and the server's guid", async () => {
    const { link } = await join(new LinkRecorder(), `unix:path=/nope;${bus.address},guid=00`);
    assert.equal(link.address, `${bus.address},guid=00`);
    assert.match(link.serverGuid, /^[0-9a-f]{32}$/);
  });

  it("delivers 20,000 messages, small and large, in order", async () => {
    const receiver = await join();
    const sender = await join();
    const large = Buffer.alloc(100_000, 1);
    const COUNT = 20_000;
    for (let index = 0; index < COUNT; index++) {
      const body = index % 500 === 0 ? large : Buffer.from(String(index));
      sender.link.send(signal(index + 2, "uay", [index, body], receiver.name));
      if (index % 1_000 === 999) await sender.link.whenDrained();
    }
    // Beside the answer to Hello and NameAcquired.
    await receiver.recorder.messages.until(COUNT + 2);
    const got = receiver.recorder.messages.items.filter(({ member }) => member === "D");
    assert.deepEqual(
      got.map(({ body }) => body[0]),
      Array.from({ length: COUNT }, (_, index) => index),
    );
    assert.ok(got.every(({ body }, index) => index % 500 !== 0 || large.equals(body[1] as Buffer)));
    assert.ok(got.every(({ body }, index) => index % 500 === 0 || String(body[1]) === String(index)));
  });

  it("carries a message of 30 MiB", async () => {
    const { link, name, recorder } = await join();
    const bytes = Buffer.alloc(30 * 1024 * 1024, 5);
    link.send(signal(2, "ay", [bytes], name));
    const { body } = await recorder.messages.first(({ member }) => member === "D");
    assert.ok(bytes.equals(body[0] as Buffer));
  });

  it("tells once when the daemon is killed, and connects again when it is back", async () => {
    const { recorder, link } = await join();
    await bus.kill("SIGKILL");
    const [error] = await recorder.closed.until(1);
    assert.equal(error?.code, "DBUS_DISCONNECTED");
    assert.match(english(error.text), /the connection to unix:path=.* was lost: the bus closed it/);
    link.send(busCall("ListNames", 2));
    await link.whenDrained();
    link.close();
    assert.equal(link.bufferedBytes, 0);
    assert.equal((await failure(hello(bus.address))).code, "DBUS_NO_BUS");
    await bus.restart();
    assert.match(await hello(bus.address), /^:1\./);
    assert.equal(recorder.closed.items.length, 1);
  });

  it("is silent after close, and what was sent before still goes out", async () => {
    const receiver = await join();
    const sender = await join();
    for (let index = 0; index < 50; index++) sender.link.send(signal(index + 2, "u", [index], receiver.name));
    sender.link.close();
    sender.link.close();
    sender.link.send(signal(99, "u", [99], receiver.name));
    const told = sender.recorder.messages.items.length;
    await receiver.recorder.messages.until(52);
    await bus.kill();
    await receiver.recorder.closed.until(1);
    assert.equal(receiver.recorder.messages.items.length, 52);
    assert.deepEqual([sender.recorder.messages.items.length, sender.recorder.closed.items.length], [told, 0]);
  });

  it("delivers nothing after a close from within onMessage", async () => {
    const receiver = await join();
    receiver.recorder.onMessage = ({ member }) => {
      if (member === "D") receiver.link.close();
    };
    const sender = await join();
    for (let index = 0; index < 50; index++) sender.link.send(signal(index + 2, "", [], receiver.name));
    await eventually(() => receiver.recorder.messages.items.some(({ member }) => member === "D"));
    await hello(bus.address);
    assert.equal(receiver.recorder.messages.items.filter(({ member }) => member === "D").length, 1);
  });

  it("goes on after a listener that throws", async () => {
    const { recorder, link } = await join();
    await recorder.messages.first(({ member }) => member === "NameAcquired");
    const thrown = new Error("of the listener");
    recorder.onMessage = () => {
      throw thrown;
    };
    for (const serial of [2, 3, 4]) link.send(busCall("GetId", serial));
    await recorder.messages.first(({ replySerial }) => replySerial === 4);
    assert.deepEqual(recorder.listenerErrors.items, [thrown, thrown, thrown]);
    assert.equal(recorder.closed.items.length, 0);
  });

  it("goes on after callbacks that all throw", async () => {
    let count = 0;
    const fail = (): never => {
      count++;
      throw new Error("of the listener");
    };
    const callbacks = { onMessage: fail, onListenerError: fail, onClose: fail };
    const link = await openLink(bus.address, { timeoutMs: 5_000, ...callbacks });
    link.send(busCall("Hello", 1));
    await eventually(() => count === 4, { what: "two messages, each with its error" });
    await bus.kill();
    await eventually(() => count === 6, { what: "the end, with its error" });
  });

  it("counts what a bus that hangs does not take, and says when it has been taken", async () => {
    const { link } = await join();
    bus.signal("SIGSTOP");
    for (let index = 0; index < 100; index++) link.send(signal(index + 2, "ay", [Buffer.alloc(100_000)]));
    await turn();
    assert.ok(link.bufferedBytes > 5_000_000, `${link.bufferedBytes} bytes`);
    let drained = false;
    const draining = link.whenDrained().then(() => {
      drained = true;
    });
    await hello(bus.address, 100).catch(() => undefined);
    assert.equal(drained, false);
    bus.signal("SIGCONT");
    await bounded(draining, "the bus to take it all");
    assert.equal(link.bufferedBytes, 0);
  });

  it("ends within a second of close, though the bus hangs", async () => {
    const { link, recorder } = await join();
    bus.signal("SIGSTOP");
    for (let index = 0; index < 100; index++) link.send(signal(index + 2, "ay", [Buffer.alloc(100_000)]));
    const drained = link.whenDrained();
    link.close();
    await drained;
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === "PipeWrap").length;
    const before = sockets();
    await eventually(() => sockets() < before, { within: 3_000, what: "the socket's end" });
    bus.signal("SIGCONT");
    assert.equal(recorder.closed.items.length, 0);
  });

  it("finds the user's bus by runtime=yes", async () => {
    const before = process.env["XDG_RUNTIME_DIR"];
    process.env["XDG_RUNTIME_DIR"] = bus.directory;
    try {
      assert.match(await hello("unix:runtime=yes"), /^:1\./);
    } finally {
      if (before === undefined) delete process.env["XDG_RUNTIME_DIR"];
      else process.env["XDG_RUNTIME_DIR"] = before;
    }
  });

  describe("that is not there", () => {
    it("no socket, a socket that nobody listens at, a file that is no socket", async () => {
      const file = path.join(makeTempDir(), "file");
      writeFileSync(file, "");
      await bus.kill("SIGKILL");
      for (const address of ["unix:path=/nope/bus", bus.address, `unix:path=${file}`, `unix:path=${file}/bus`]) {
        const error = await failure(hello(address));
        assert.equal(error.code, "DBUS_NO_BUS", address);
        assert.equal(english(error.text), `no bus listens at ${address}`);
      }
    });

    it("a port where nobody listens, a host that does not exist", async () => {
      const closed = await failure(hello("tcp:host=127.0.0.1,port=1,family=ipv4"));
      assert.equal(closed.code, "DBUS_NO_BUS");
      const unknown = await failure(hello("tcp:host=nope.invalid,port=1"));
      assert.equal(unknown.code, "DBUS_CONNECT_FAILED");
      assert.equal(unknown.text.key, "link.host-unknown");
    });

    it("a socket that this user may not open", async () => {
      chmodSync(bus.directory, 0o700);
      const { stdout } = await run(process.execPath, [helloProgram(), bus.address], { uid: NOBODY });
      assert.equal(stdout.trim(), "DBUS_CONNECT_FAILED link.access-denied");
    });

    it("several: tells what happened with each, and the one that got farthest gives the code", async () => {
      const refusing = "unixexec:path=sh,argv1=-c,argv2=echo%20host%20key%20changed%20>%262%3B%20exit%203";
      const error = await failure(hello(`launchd:x=y;${refusing};unix:path=/nope`));
      assert.equal(error.code, "DBUS_CONNECT_FAILED");
      const says = english(error.text);
      for (const part of [
        /“launchd” is not supported/,
        /signal: 3\).*host key changed/,
        /listens at unix:path=\/nope$/,
      ]) {
        assert.match(says, part);
      }
      assert.ok(error.cause instanceof DBusNodeError && error.cause.text.key === "link.program-ended");
    });

    it("never throws synchronously", async () => {
      for (const address of ["", "nope", "launchd:", "unix:path=a%00b", "unixexec:path=%00"]) {
        const options = { timeoutMs: 100, onMessage: () => undefined, onClose: () => undefined };
        assert.equal((await failure(openLink(address, options))).code, "DBUS_INVALID_ADDRESS");
      }
    });
  });

  describe("through a program", () => {
    /** An address that runs a shell script with the bus's address as `$1`. */
    const shell = (script: string): string => {
      const args = ["-c", script, "sh", bus.address].map(
        (arg, index) => `,argv${index + 1}=${encodeURIComponent(arg)}`,
      );
      return `unixexec:path=sh${args.join("")}`;
    };

    it("carries messages, and ends the program on close", async () => {
      const { link, recorder } = await join(
        new LinkRecorder(),
        shell('echo $$ >"$0.pid"; exec systemd-stdio-bridge --bus-path="$1"').replace(
          encodeURIComponent("$0"),
          encodeURIComponent(path.join(bus.directory, "bridge")),
        ),
      );
      link.send(busCall("GetConnectionUnixProcessID", 2, "s", ["org.freedesktop.DBus"]));
      assert.deepEqual((await recorder.messages.first(({ replySerial }) => replySerial === 2)).body, [bus.pid]);
      const { stdout } = await run("cat", [path.join(bus.directory, "bridge.pid")]);
      const pid = Number(stdout);
      assert.ok(lives(pid));
      link.close();
      await eventually(() => !lives(pid), { what: "the bridge's end" });
      assert.equal(recorder.closed.items.length, 0);
    });

    it("tells its last words when it ends", async () => {
      const recorder = new LinkRecorder();
      await join(
        recorder,
        shell('systemd-stdio-bridge --bus-path="$1"; echo "Connection to host closed." >&2; exit 255'),
      );
      await bus.kill();
      const [error] = await recorder.closed.until(1);
      assert.equal(error?.code, "DBUS_DISCONNECTED");
      assert.match(english(error.text), /exit code or signal: 255\).*Connection to host closed\./s);
    });

    it("says that it is not installed", async () => {
      const error = await failure(hello("unixexec:path=no-such-program"));
      assert.equal(error.code, "DBUS_CONNECT_FAILED");
      assert.match(english(error.text), /program no-such-program .* \(ENOENT\)/);
    });

    it("ends one that closes its output and lives on", async () => {
      const error = await failure(hello(shell("echo gone >&2; exec >&-; exec sleep 600")));
      assert.equal(error.code, "DBUS_CONNECT_FAILED");
      assert.match(english(error.text), /signal: SIGTERM\).*gone/);
    });

    it("kills one that does not heed SIGTERM", async () => {
      const file = path.join(bus.directory, "stubborn.pid");
      const script = `trap "" TERM; echo $$ >${file}; while :; do read line <&3; done 3<>/dev/zero`;
      const error = await failure(hello(shell(script), 300));
      assert.equal(error.code, "DBUS_TIMEOUT");
      const { stdout } = await run("cat", [file]);
      assert.ok(lives(Number(stdout)));
      await eventually(() => !lives(Number(stdout)), { within: 5_000, what: "the program's end" });
    }).timeout(15_000);
  });

  it("takes any timeout, however long", async () => {
    const link = await new LinkRecorder().open(`unix:path=/nope;${bus.address}`, Number.POSITIVE_INFINITY);
    link.close();
  });

  describe("given up", () => {
    it("before it has begun", async () => {
      const error = await failure(new LinkRecorder().open(bus.address, 5_000, AbortSignal.abort()));
      assert.equal(error.code, "DBUS_CANCELLED");
    });

    it("while the bus does not answer", async () => {
      bus.signal("SIGSTOP");
      const controller = new AbortController();
      const opening = new LinkRecorder().open(`${bus.address};unix:path=/nope`, 60_000, controller.signal);
      await turn();
      controller.abort();
      assert.equal((await failure(opening)).code, "DBUS_CANCELLED");
    });

    it("no more once it is open", async () => {
      const controller = new AbortController();
      const recorder = new LinkRecorder();
      const link = await recorder.open(bus.address, 5_000, controller.signal);
      controller.abort();
      link.send(busCall("Hello", 1));
      await recorder.messages.until(2);
      link.close();
    });
  });
});
