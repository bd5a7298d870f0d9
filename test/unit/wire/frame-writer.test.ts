import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import path from "node:path";
import { Writable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { FrameWriter } from "../../../lib/wire/frame-writer";
import { makeTempDir } from "../../support/temp-dir";
import { eventually } from "../../support/until";

/** Notes each write that would be a system call, as the list of its chunks; takes bytes when told to. */
class Sink extends Writable {
  readonly writes: string[][] = [];
  readonly chunks: Uint8Array[] = [];
  /** Called to say that the last write has been taken; undefined when nothing is under way. */
  taken: (() => void) | undefined;
  readonly #slow: boolean;

  constructor({ slow = false, highWaterMark = 65_536 } = {}) {
    super({ highWaterMark });
    this.#slow = slow;
  }

  override _write(chunk: Buffer, _encoding: string, callback: () => void): void {
    this.#take([chunk], callback);
  }

  override _writev(chunks: { chunk: Buffer }[], callback: () => void): void {
    this.#take(
      chunks.map(({ chunk }) => chunk),
      callback,
    );
  }

  #take(chunks: Buffer[], callback: () => void): void {
    this.writes.push(chunks.map(String));
    this.chunks.push(...chunks);
    if (!this.#slow) {
      callback();
      return;
    }
    this.taken = () => {
      this.taken = undefined;
      callback();
    };
  }
}

const message = (name: string): Buffer[] => [Buffer.from(name)];

describe("wire: frame writer", () => {
  it("writes the first message of a burst at once and the rest as one", async () => {
    const sink = new Sink();
    const writer = new FrameWriter(sink);
    for (const name of ["a", "b", "c", "d"]) writer.send(message(name));
    assert.deepEqual(sink.writes, [["a"]]);
    await turn();
    assert.deepEqual(sink.writes, [["a"], ["bcd"]]);
    assert.equal(writer.bufferedBytes, 0);
  });

  it("batches what is sent from one immediate each, as flows do", async () => {
    const sink = new Sink();
    const writer = new FrameWriter(sink);
    const names = Array.from({ length: 50 }, (_, index) => `<${index}>`);
    await Promise.all(names.map(async (name) => turn().then(() => writer.send(message(name)))));
    await turn();
    assert.equal(sink.writes.flat().join(""), names.join(""));
    assert.ok(sink.writes.length <= 2, `${sink.writes.length} writes`);
  });

  it("writes at once again after a burst", async () => {
    const sink = new Sink();
    const writer = new FrameWriter(sink);
    for (const name of ["a", "b"]) writer.send(message(name));
    await eventually(() => sink.writes.length === 2);
    await turn();
    await turn();
    writer.send(message("c"));
    assert.deepEqual(sink.writes, [["a"], ["b"], ["c"]]);
  });

  it("writes at once what follows something that was received", () => {
    const sink = new Sink();
    const writer = new FrameWriter(sink);
    for (const name of ["a", "b", "c"]) {
      writer.send(message(name));
      writer.received();
    }
    assert.deepEqual(sink.writes, [["a"], ["b"], ["c"]]);
  });

  it("goes on gathering a burst while something is received", async () => {
    const sink = new Sink();
    const writer = new FrameWriter(sink);
    for (const name of ["a", "b", "c"]) writer.send(message(name));
    writer.received();
    writer.send(message("d"));
    assert.deepEqual(sink.writes, [["a"]]);
    await turn();
    assert.deepEqual(sink.writes, [["a"], ["bcd"]]);
  });

  it("asks nothing of the event loop for a single message", async () => {
    const writer = new FrameWriter(new Sink());
    writer.send(message("a"));
    const pending = process.getActiveResourcesInfo().filter((name) => name === "Immediate");
    assert.deepEqual(pending, []);
  });

  it("writes large chunks where they are, gathered with their neighbours", async () => {
    const sink = new Sink({ highWaterMark: 1_000_000 });
    const writer = new FrameWriter(sink);
    const large = Buffer.alloc(100_000, "L");
    writer.send([Buffer.from("head"), large, Buffer.from("tail")]);
    assert.equal(sink.writes.length, 1);
    assert.deepEqual(
      sink.chunks.map(({ length }) => length),
      [4, 100_000, 4],
    );
    assert.ok(sink.chunks[1] === large, "the caller's own bytes, not a copy");
  });

  it("copies small chunks together to 64 KiB at most", async () => {
    const sink = new Sink({ highWaterMark: 10_000_000 });
    const writer = new FrameWriter(sink);
    for (let count = 0; count < 201; count++) writer.send([Buffer.alloc(1000, count)]);
    await turn();
    assert.equal(sink.writes.length, 2);
    assert.deepEqual(
      sink.chunks.map(({ length }) => length),
      [1000, 65_000, 65_000, 65_000, 5_000],
    );
  });

  it("keeps messages while the stream is full, and writes them together when it has drained", async () => {
    const sink = new Sink({ slow: true, highWaterMark: 10 });
    const writer = new FrameWriter(sink);
    writer.send([Buffer.alloc(20, "a")]);
    for (let count = 0; count < 5; count++) {
      await turn();
      writer.send([Buffer.alloc(20, "b")]);
      writer.send([Buffer.alloc(20, "c")]);
    }
    await turn();
    assert.equal(sink.writes.length, 1);
    assert.equal(writer.bufferedBytes, 220);
    sink.taken?.();
    await eventually(() => sink.writes.length === 2);
    assert.equal(sink.writes[1]?.join("").length, 200);
    sink.taken?.();
    await eventually(() => writer.bufferedBytes === 0);
  });

  it("tells when what was sent before has been handed over, though more has come since", async () => {
    const sink = new Sink({ slow: true, highWaterMark: 10 });
    const writer = new FrameWriter(sink);
    const order: string[] = [];
    await writer.whenDrained();
    writer.send([Buffer.alloc(20)]);
    const first = writer.whenDrained().then(() => order.push("first"));
    writer.send([Buffer.alloc(20)]);
    const second = writer.whenDrained().then(() => order.push("second"));
    await turn();
    assert.deepEqual(order, []);
    sink.taken?.();
    await first;
    assert.deepEqual(order, ["first"]);
    await eventually(() => sink.taken !== undefined);
    sink.taken?.();
    await second;
  });

  it("resolves every wait when it is closed, and takes nothing more", async () => {
    const sink = new Sink({ slow: true, highWaterMark: 10 });
    const writer = new FrameWriter(sink);
    writer.send([Buffer.alloc(20)]);
    writer.send([Buffer.alloc(20)]);
    const drained = writer.whenDrained();
    writer.close();
    await drained;
    writer.send(message("late"));
    sink.taken?.();
    await turn();
    await turn();
    assert.equal(sink.writes.length, 1);
  });

  it("does not keep the event loop busy while the stream is full", async () => {
    const sink = new Sink({ slow: true, highWaterMark: 1 });
    const writer = new FrameWriter(sink);
    writer.send(message("aa"));
    writer.send(message("bb"));
    await turn();
    await turn();
    const pending = process.getActiveResourcesInfo().filter((name) => name === "Immediate");
    assert.deepEqual(pending, []);
  });

  describe("on a socket", () => {
    let client: Socket;
    let served: Socket;

    beforeEach(async () => {
      const file = path.join(makeTempDir(), "socket");
      const server = createServer().listen(file);
      await once(server, "listening");
      client = connect(file);
      [served] = await once(server, "connection");
      server.close();
    });

    afterEach(() => {
      client.destroy();
      served.destroy();
    });

    it("loses and swaps nothing under backpressure", async () => {
      const writer = new FrameWriter(client);
      const expected: Buffer[] = [];
      for (let count = 0; count < 3000; count++) {
        const chunk = Buffer.alloc(count % 100 === 0 ? 50_000 : 100, String(count % 10));
        expected.push(chunk);
        writer.send([chunk]);
        if (count % 500 === 0) await turn();
      }
      assert.ok(writer.bufferedBytes > 1_000_000, "nobody has read yet");
      const drained = writer.whenDrained();
      const got: Buffer[] = [];
      served.on("data", (chunk) => got.push(chunk));
      await drained;
      client.end();
      await once(served, "end");
      assert.ok(Buffer.concat(got).equals(Buffer.concat(expected)));
    });
  });
});
