import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { DBusNodeError } from "../../lib/errors";
import { openLink } from "../../lib/wire/link";
import { run } from "../support/busctl";
import { english } from "../support/english";
import { busCall, hello } from "../support/hello";
import { helloProgram } from "../support/hello-program";
import { LinkRecorder } from "../support/link-recorder";
import { linkSuite } from "../support/link-suite";
import { failure } from "../support/raw-peer";
import { makeTempDir } from "../support/temp-dir";

const NOBODY = 65_534;

describe("link: opening on a real bus", () => {
  const suite = linkSuite();

  it("tells which alternative answered and the server's guid", async () => {
    const { link } = await suite.join(new LinkRecorder(), `unix:path=/nope;${suite.bus.address},guid=00`);
    assert.equal(link.address, `${suite.bus.address},guid=00`);
    assert.match(link.serverGuid, /^[0-9a-f]{32}$/);
  });

  it("finds the user's bus by runtime=yes", async () => {
    const before = process.env["XDG_RUNTIME_DIR"];
    process.env["XDG_RUNTIME_DIR"] = suite.bus.directory;
    try {
      assert.match(await hello("unix:runtime=yes"), /^:1\./);
    } finally {
      if (before === undefined) delete process.env["XDG_RUNTIME_DIR"];
      else process.env["XDG_RUNTIME_DIR"] = before;
    }
  });

  it("takes any timeout, however long", async () => {
    const link = await new LinkRecorder().open(`unix:path=/nope;${suite.bus.address}`, Number.POSITIVE_INFINITY);
    link.close();
  });

  describe("that is not there", () => {
    it("no socket, a socket that nobody listens at, a file that is no socket", async () => {
      const file = path.join(makeTempDir(), "file");
      writeFileSync(file, "");
      await suite.bus.kill("SIGKILL");
      for (const address of ["unix:path=/nope/bus", suite.bus.address, `unix:path=${file}`, `unix:path=${file}/bus`]) {
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
      chmodSync(suite.bus.directory, 0o700);
      const { stdout } = await run(process.execPath, [helloProgram(), suite.bus.address], { uid: NOBODY });
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

  describe("given up", () => {
    it("before it has begun", async () => {
      const error = await failure(new LinkRecorder().open(suite.bus.address, 5_000, AbortSignal.abort()));
      assert.equal(error.code, "DBUS_CANCELLED");
    });

    it("while the bus does not answer", async () => {
      suite.bus.signal("SIGSTOP");
      const controller = new AbortController();
      const opening = new LinkRecorder().open(`${suite.bus.address};unix:path=/nope`, 60_000, controller.signal);
      await turn();
      controller.abort();
      assert.equal((await failure(opening)).code, "DBUS_CANCELLED");
    });

    it("no more once it is open", async () => {
      const controller = new AbortController();
      const recorder = new LinkRecorder();
      const link = await recorder.open(suite.bus.address, 5_000, controller.signal);
      controller.abort();
      link.send(busCall("Hello", 1));
      await recorder.messages.until(2);
      link.close();
    });
  });
});
