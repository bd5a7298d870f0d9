import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { DBusNodeError } from "../../lib/errors";
import { encodeMessage } from "../../lib/wire/encode-message";
import { type Link, openLink } from "../../lib/wire/link";
import { SIGNAL } from "../../lib/wire/types";
import { english } from "../support/english";
import {
  answersLines,
  authenticates,
  type BusScript,
  drips,
  FAKE_GUID,
  type FakeBus,
  neverAnswers,
  refusesAuthentication,
  sends,
  sendsForEver,
  startFakeBus,
} from "../support/fake-bus";
import { LinkRecorder } from "../support/link-recorder";
import { spawnPython } from "../support/peer";
import { startBus } from "../support/private-bus";
import { eventually } from "../support/until";

/** Nothing that a peer sends may cost more than this. */
const MEMORY_BYTES = 16 * 1024 * 1024;

function signal(serial: number, signature = "", body: readonly unknown[] = []): Buffer {
  const message = { type: SIGNAL, flags: 0, path: "/a", interface: "b.c", member: "D", signature, body };
  return Buffer.concat(encodeMessage(message, serial));
}

/** The same message with one byte changed. */
function spoilt(message: Buffer, position: number, value: number): Buffer {
  const copy = Buffer.from(message);
  copy[position] = value;
  return copy;
}

/** A message whose frame is sound and whose path is not. */
const BAD_PATH = spoilt(signal(7), signal(7).indexOf("/a"), "?".charCodeAt(0));
const UNKNOWN_TYPE = spoilt(signal(8), 1, 77);
/** A fixed header that claims 127 MiB of body. */
const CLAIMS_MUCH = spoilt(signal(9).subarray(0, 16), 7, 0x07);

const NEVER_ACCEPTS = `
import socket
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(0)
print(server.getsockname()[1])
input()
`;

describe("link: against a hostile bus", () => {
  let recorder: LinkRecorder;
  let fake: FakeBus | undefined;
  let link: Link | undefined;

  async function open(script: BusScript, timeoutMs = 5_000, transport: "unix" | "tcp" = "unix"): Promise<Link> {
    fake = await startFakeBus(script, transport);
    link = await recorder.open(fake.address, timeoutMs);
    return link;
  }

  async function failure(script: BusScript, timeoutMs?: number): Promise<DBusNodeError> {
    try {
      await open(script, timeoutMs);
    } catch (error) {
      if (error instanceof DBusNodeError) return error;
      throw error;
    }
    throw new Error("the link was opened");
  }

  /** What is told when an authenticated bus sends this. */
  async function end(bytes: Uint8Array): Promise<DBusNodeError> {
    await open(authenticates((socket) => void socket.end(bytes)));
    const [error] = await recorder.closed.until(1);
    assert.ok(error !== undefined);
    return error;
  }

  beforeEach(() => {
    recorder = new LinkRecorder();
  });

  afterEach(async () => {
    link?.close();
    link = undefined;
    await fake?.stop();
    fake = undefined;
    assert.ok(recorder.closed.items.length <= 1, "told at most once that the link has ended");
  });

  describe("before authentication is over", () => {
    for (const [what, script] of [
      ["never answers", neverAnswers],
      ["sends a byte now and then", drips("x", 20)],
    ] as const) {
      it(`${what}: time runs out`, async () => {
        const error = await failure(script, 200);
        assert.equal(error.code, "DBUS_TIMEOUT");
        assert.match(english(error.text), /did not complete authentication within 0\.2 s/);
        await eventually(() => fake?.connections.items[0]?.destroyed === true, { what: "the socket's end" });
      });
    }

    it("does not take the connection: time runs out", async () => {
      // The kernel lets nobody in whom there is no room for in the queue, and the program never empties it.
      const peer = await spawnPython(NEVER_ACCEPTS);
      const waiting = [1, 2, 3].map(() => connect(Number(peer.ready), "127.0.0.1").on("error", () => undefined));
      await once(waiting[0] ?? assert.fail(), "connect");
      const opening = recorder.open(`tcp:host=127.0.0.1,port=${peer.ready},family=ipv4`, 200);
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
      fake = await startFakeBus(neverAnswers);
      link = await recorder.open(`${fake.address};${bus.address}`, 400);
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
        const error = await failure(script);
        assert.equal(error.code, "DBUS_AUTH_REFUSED");
        assert.match(english(error.text), /more than 16384 bytes|closed the connection/);
        assert.ok(process.memoryUsage().arrayBuffers - before < MEMORY_BYTES);
      });
    }

    it("refuses", async () => {
      const error = await failure(refusesAuthentication);
      assert.equal(error.code, "DBUS_AUTH_REFUSED");
      assert.match(english(error.text), /tried: EXTERNAL; the bus offers: KERBEROS_V4/);
    });

    for (const [what, script] of [
      ["at once", (socket) => void socket.destroy()],
      ["after the first line", answersLinesThenCloses],
    ] as const satisfies readonly (readonly [string, BusScript])[]) {
      it(`closes ${what}`, async () => {
        const error = await failure(script);
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
      assert.equal((await open(strict)).serverGuid, FAKE_GUID);
    });

    it("answers what it does not expect with ERROR, and knows CANCEL", async () => {
      const strict = answersLines((line) => {
        if (/^AUTH EXTERNAL \w+$/.test(line)) return `OK ${FAKE_GUID}\r\n`;
        if (line === "BEGIN") return "";
        return line === "CANCEL" ? "REJECTED EXTERNAL\r\n" : 'ERROR "unexpected"\r\n';
      });
      assert.equal((await open(strict)).serverGuid, FAKE_GUID);
    });

    it("never asks for file descriptors", async () => {
      const lines: string[] = [];
      const answer = answersLines((line) => {
        lines.push(line);
        return line.startsWith("AUTH") ? "DATA\r\n" : line === "DATA" ? `OK ${FAKE_GUID}\r\n` : "";
      });
      await open(answer);
      await eventually(() => lines.length === 3);
      assert.deepEqual(lines, ["AUTH EXTERNAL", "DATA", "BEGIN"]);
    });
  });

  describe("after authentication", () => {
    it("keeps what comes in one chunk with OK until the link is in hand", async () => {
      const early = Buffer.concat([signal(1), signal(2, "s", ["early"]), signal(3).subarray(0, 20)]);
      let told = false;
      recorder.onMessage = () => {
        assert.ok(told, "nothing comes before the opener has the link");
      };
      await open(authenticates((socket) => void socket.write(signal(3).subarray(20)), early));
      told = true;
      assert.deepEqual(recorder.messages.items, []);
      const messages = await recorder.messages.until(3);
      assert.deepEqual(
        messages.map(({ serial }) => serial),
        [1, 2, 3],
      );
      assert.deepEqual(recorder.listenerErrors.items, []);
    });

    it("is silent when it is closed as soon as it is in hand", async () => {
      const opened = await open(authenticates((socket) => void socket.end(signal(2)), signal(1)));
      opened.close();
      const [socket] = fake?.connections.items ?? [];
      await eventually(() => socket?.closed === true, { what: "the socket's end" });
      assert.deepEqual([recorder.messages.items, recorder.closed.items], [[], []]);
    });

    it("delivers what came before the end, then tells of the end", async () => {
      const error = await end(Buffer.concat([signal(1), signal(2)]));
      assert.equal(error.code, "DBUS_DISCONNECTED");
      assert.equal(recorder.messages.items.length, 2);
    });

    it("tells of an end that came with OK", async () => {
      fake = await startFakeBus((socket) => void socket.end(`OK ${FAKE_GUID}\r\n`));
      link = await recorder.open(fake.address);
      const [error] = await recorder.closed.until(1);
      assert.equal(error?.code, "DBUS_AUTH_REFUSED");
      assert.match(english(error.text), /does not let the user with id \d+ in/);
    });

    it("drops a message whose content is bad, and delivers the next", async () => {
      await open(authenticates(sends(Buffer.concat([signal(1), BAD_PATH, signal(2)]))));
      await recorder.messages.until(2);
      assert.deepEqual(
        recorder.badMessages.items.map(({ code }) => code),
        ["DBUS_BAD_MESSAGE"],
      );
      assert.equal(recorder.closed.items.length, 0);
    });

    it("ignores a message of a type that nobody knows", async () => {
      await open(authenticates(sends(Buffer.concat([UNKNOWN_TYPE, signal(2)]))));
      const [message] = await recorder.messages.until(1);
      assert.equal(message?.serial, 2);
      assert.deepEqual(recorder.badMessages.items, []);
    });

    it("puts messages together that come byte by byte", async () => {
      const bytes = Buffer.concat([signal(1, "s", ["slow"]), BAD_PATH, signal(2, "ay", [Buffer.alloc(100)])]);
      await open(
        authenticates((socket) => {
          socket.setNoDelay(true);
          let position = 0;
          const next = (): void => {
            if (position === bytes.length) return;
            socket.write(bytes.subarray(position, ++position), () => setImmediate(next));
          };
          next();
        }),
        5_000,
        "tcp",
      );
      const messages = await recorder.messages.until(2);
      assert.deepEqual(
        messages.map(({ body }) => body),
        [["slow"], [Buffer.alloc(100)]],
      );
    });

    for (const [what, bytes] of [
      ["garbage", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
      ["a good message and then garbage", Buffer.concat([signal(1), Buffer.alloc(100, 0xff)])],
      ["a message of the wrong protocol version", spoilt(signal(1), 3, 2)],
      ["a serial of zero", spoilt(signal(1), 8, 0)],
      ["a length over 128 MiB", spoilt(signal(1), 7, 0x09)],
    ] as const) {
      it(`sends ${what}: closes cleanly`, async () => {
        const error = await end(bytes);
        assert.equal(error.code, "DBUS_BAD_MESSAGE");
        assert.notEqual(english(error.text), "");
        await eventually(() => fake?.connections.items[0]?.destroyed === true, { what: "the socket's end" });
      });
    }

    it("stops in the middle of a message: tells of the end", async () => {
      const error = await end(signal(1, "s", ["truncated"]).subarray(0, -3));
      assert.equal(error.code, "DBUS_DISCONNECTED");
      assert.equal(recorder.messages.items.length, 0);
    });

    it("claims 127 MiB on many links and sends little: bounded memory", async () => {
      const links: Link[] = [];
      fake = await startFakeBus(authenticates(sends(Buffer.concat([signal(1), CLAIMS_MUCH, Buffer.alloc(1_000)]))));
      const before = process.memoryUsage().arrayBuffers;
      for (let count = 0; count < 16; count++) links.push(await recorder.open(fake.address));
      await recorder.messages.until(16);
      const each = (process.memoryUsage().arrayBuffers - before) / links.length;
      for (const one of links) one.close();
      assert.ok(each < 2 * 1024 * 1024, `${each} bytes for each`);
    });

    it("sends bad messages without end: bounded memory, and the event loop turns", async () => {
      let bad = 0;
      const flood = Buffer.concat(Array.from({ length: 500 }, () => BAD_PATH));
      fake = await startFakeBus(authenticates(sendsForEver(flood)));
      const before = process.memoryUsage();
      link = await openLink(fake.address, {
        timeoutMs: 5_000,
        onMessage: () => assert.fail("no message is good"),
        onClose: recorder.closed.add,
        onBadMessage: () => {
          bad++;
        },
      });
      await eventually(() => bad > 100_000);
      const after = process.memoryUsage();
      assert.ok(after.arrayBuffers - before.arrayBuffers < MEMORY_BYTES);
      assert.equal(recorder.closed.items.length, 0);
    });

    it("takes nothing that we send: counted, and the link can be closed", async () => {
      const opened = await open(authenticates((socket) => void socket.pause()));
      for (let count = 0; count < 100; count++) opened.send([Buffer.alloc(100_000)]);
      assert.ok(opened.bufferedBytes > 5_000_000);
      const drained = opened.whenDrained();
      opened.close();
      await drained;
      assert.equal(opened.bufferedBytes, 0);
    });

    it("resets the connection while we send: one end, no exception", async () => {
      const opened = await open(
        authenticates((socket) => void socket.resetAndDestroy()),
        5_000,
        "tcp",
      );
      for (let count = 0; count < 1_000; count++) opened.send([Buffer.alloc(10_000)]);
      const drained = opened.whenDrained();
      await recorder.closed.until(1);
      await drained;
      opened.send([Buffer.alloc(10)]);
    });
  });
});

/** Reads the first line and hangs up. */
function answersLinesThenCloses(socket: Socket): void {
  socket.once("data", () => socket.end("REJ"));
}
