import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { DBusNodeError } from "../../lib/errors";
import { english } from "../support/english";
import {
  answersLines,
  type BusScript,
  drips,
  FAKE_GUID,
  neverAnswers,
  refusesAuthentication,
  sendsForEver,
} from "../support/fake-bus";
import { HostileLink, MEMORY_BYTES } from "../support/hostile-link";
import { spawnPython } from "../support/peer";
import { startBus } from "../support/private-bus";
import { eventually } from "../support/until";

const NEVER_ACCEPTS = `
import socket
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(0)
print(server.getsockname()[1])
input()
`;

describe("link: a hostile bus before authentication is over", () => {
  let hostile: HostileLink;

  beforeEach(() => {
    hostile = new HostileLink();
  });
  afterEach(() => hostile.stop());

  for (const [what, script] of [
    ["never answers", neverAnswers],
    ["sends a byte now and then", drips("x", 20)],
  ] as const) {
    it(`${what}: time runs out`, async () => {
      const error = await hostile.refusal(script, 200);
      assert.equal(error.code, "DBUS_TIMEOUT");
      assert.match(english(error.text), /did not complete authentication within 0\.2 s/);
      await eventually(() => hostile.bus.connections.items[0]?.destroyed === true, { what: "the socket's end" });
    });
  }

  it("does not take the connection: time runs out", async () => {
    // The kernel lets nobody in whom there is no room for in the queue, and the program never empties it.
    const peer = await spawnPython(NEVER_ACCEPTS);
    const waiting = [1, 2, 3].map(() => connect(Number(peer.ready), "127.0.0.1").on("error", () => undefined));
    await once(waiting[0] ?? assert.fail(), "connect");
    const opening = hostile.recorder.open(`tcp:host=127.0.0.1,port=${peer.ready},family=ipv4`, 200);
    await assert.rejects(opening, (error) => {
      assert.ok(error instanceof DBusNodeError);
      assert.deepEqual([error.code, error.text.key], ["DBUS_TIMEOUT", "link.timeout-connecting"]);
      return english(error.text).endsWith("could not be reached within 0.2 s");
    });
    for (const socket of waiting) socket.destroy();
    await peer.kill();
  });

  it("leaves time for the other alternatives", async () => {
    const bus = await startBus({ type: "session" });
    const fake = await hostile.play(neverAnswers);
    const link = hostile.keep(await hostile.recorder.open(`${fake.address};${bus.address}`, 400));
    assert.equal(link.address, bus.address);
    link.close();
    await bus.stop();
  });

  for (const [what, script] of [
    ["a line without end", sendsForEver(Buffer.alloc(1_000, "x"))],
    ["lines without end", sendsForEver(Buffer.from("DATA\r\n".repeat(100)))],
    ["lines of nonsense without end", sendsForEver(Buffer.from("?\r\n".repeat(100)))],
    ["zeros without end", sendsForEver(Buffer.alloc(65_536))],
  ] as const) {
    it(`sends ${what}: ends early, in bounded memory`, async () => {
      const before = process.memoryUsage().arrayBuffers;
      const error = await hostile.refusal(script);
      assert.equal(error.code, "DBUS_AUTH_REFUSED");
      assert.match(english(error.text), /more than 16384 bytes|closed the connection/);
      assert.ok(process.memoryUsage().arrayBuffers - before < MEMORY_BYTES);
    });
  }

  it("refuses", async () => {
    const error = await hostile.refusal(refusesAuthentication);
    assert.equal(error.code, "DBUS_AUTH_REFUSED");
    assert.match(english(error.text), /tried: EXTERNAL; the bus offers: KERBEROS_V4/);
  });

  for (const [what, script] of [
    ["at once", (socket) => void socket.destroy()],
    ["after the first line", answersLinesThenCloses],
  ] as const satisfies readonly (readonly [string, BusScript])[]) {
    it(`closes ${what}`, async () => {
      const error = await hostile.refusal(script);
      assert.equal(error.code, "DBUS_AUTH_REFUSED");
      assert.match(english(error.text), /closed the connection during authentication/);
    });
  }

  it("takes EXTERNAL only with the uid, as old servers do", async () => {
    const uid = Buffer.from(String(process.geteuid?.())).toString("hex");
    const strict = answersLines((line) => {
      if (line === `AUTH EXTERNAL ${uid}`) return `OK ${FAKE_GUID}\r\n`;
      return line === "BEGIN" ? "" : "REJECTED EXTERNAL\r\n";
    });
    assert.equal((await hostile.open(strict)).serverGuid, FAKE_GUID);
  });

  it("answers what it does not expect with ERROR, and knows CANCEL", async () => {
    const strict = answersLines((line) => {
      if (/^AUTH EXTERNAL \w+$/.test(line)) return `OK ${FAKE_GUID}\r\n`;
      if (line === "BEGIN") return "";
      return line === "CANCEL" ? "REJECTED EXTERNAL\r\n" : 'ERROR "unexpected"\r\n';
    });
    assert.equal((await hostile.open(strict)).serverGuid, FAKE_GUID);
  });

  it("never asks for file descriptors", async () => {
    const lines: string[] = [];
    const answer = answersLines((line) => {
      lines.push(line);
      return line.startsWith("AUTH") ? "DATA\r\n" : line === "DATA" ? `OK ${FAKE_GUID}\r\n` : "";
    });
    await hostile.open(answer);
    await eventually(() => lines.length === 3);
    assert.deepEqual(lines, ["AUTH EXTERNAL", "DATA", "BEGIN"]);
  });
});

/** Reads the first line and hangs up. */
function answersLinesThenCloses(socket: Socket): void {
  socket.once("data", () => socket.end("REJ"));
}
