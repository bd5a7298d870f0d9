import assert from "node:assert/strict";
import path from "node:path";
import { run } from "../support/busctl";
import { english } from "../support/english";
import { busCall, hello } from "../support/hello";
import { LinkRecorder } from "../support/link-recorder";
import { linkSuite } from "../support/link-suite";
import { failure } from "../support/raw-peer";
import { eventually } from "../support/until";

/** Whether a process of this id is there. */
function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("link: through a program", () => {
  const suite = linkSuite();

  /** An address that runs a shell script with the bus's address as `$1`. */
  const shell = (script: string): string => {
    const args = ["-c", script, "sh", suite.bus.address].map(
      (arg, index) => `,argv${index + 1}=${encodeURIComponent(arg)}`,
    );
    return `unixexec:path=sh${args.join("")}`;
  };

  it("carries messages, and ends the program on close", async () => {
    const { link, recorder } = await suite.join(
      new LinkRecorder(),
      shell('echo $$ >"$0.pid"; exec systemd-stdio-bridge --bus-path="$1"').replace(
        encodeURIComponent("$0"),
        encodeURIComponent(path.join(suite.bus.directory, "bridge")),
      ),
    );
    link.send(busCall("GetConnectionUnixProcessID", 2, "s", ["org.freedesktop.DBus"]));
    assert.deepEqual((await recorder.messages.first(({ replySerial }) => replySerial === 2)).body, [suite.bus.pid]);
    const { stdout } = await run("cat", [path.join(suite.bus.directory, "bridge.pid")]);
    const pid = Number(stdout);
    assert.ok(lives(pid));
    link.close();
    await eventually(() => !lives(pid), { what: "the bridge's end" });
    assert.equal(recorder.closed.items.length, 0);
  });

  it("tells its last words when it ends", async () => {
    const recorder = new LinkRecorder();
    await suite.join(
      recorder,
      shell('systemd-stdio-bridge --bus-path="$1"; echo "Connection to host closed." >&2; exit 255'),
    );
    await suite.bus.kill();
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
    const file = path.join(suite.bus.directory, "stubborn.pid");
    const script = `trap "" TERM; echo $$ >${file}; while :; do read line <&3; done 3<>/dev/zero`;
    const error = await failure(hello(shell(script), 300));
    assert.equal(error.code, "DBUS_TIMEOUT");
    const { stdout } = await run("cat", [file]);
    assert.ok(lives(Number(stdout)));
    await eventually(() => !lives(Number(stdout)), { within: 5_000, what: "the program's end" });
  }).timeout(15_000);
});
