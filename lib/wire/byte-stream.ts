import { type ChildProcess, spawn } from "node:child_process";
import { connect, type NetConnectOpts, type Socket } from "node:net";
import type { Writable } from "node:stream";
import type { Endpoint } from "./address";
import type { StreamEnd } from "./link-error";

/** What a stream tells. `ended` is called exactly once, and nothing after it. None may throw. */
export interface ByteListener {
  opened(): void;
  /** The bytes are valid only during the call: their memory is read into again. */
  received(bytes: Buffer): void;
  ended(end: StreamEnd): void;
}

/** Bytes to and from a bus, whatever carries them. */
export interface ByteStream {
  /** Its errors are told by `ended`. */
  readonly writable: Writable;
  /** Ends the stream at once, what is not yet written is lost. `ended` is not called. */
  destroy(): void;
}

/** A read takes at most so much; one buffer of this size serves a connection for ever. */
const READ_BUFFER_BYTES = 65_536;
/** A dead peer on the network is found out after about this time without traffic. */
const KEEP_ALIVE_MS = 30_000;
/** Enough of a program's standard error to say what is wrong. */
const LAST_WORDS_CHARACTERS = 500;
/** A program that does not heed SIGTERM is killed after this time. */
const KILL_AFTER_MS = 2_000;
/** How long a program's end is waited for when its output has ended, and its output when it has ended. */
const END_AFTER_CLOSE_MS = 1_000;

/** Starts to open a stream. Throws what `connect` and `spawn` throw; later failures go to `ended`. */
export function openByteStream(endpoint: Endpoint, listener: ByteListener): ByteStream {
  return endpoint.transport === "unixexec" ? openProgram(endpoint, listener) : openSocket(endpoint, listener);
}

function openSocket(endpoint: Endpoint & { transport: "unix" | "tcp" }, listener: ByteListener): ByteStream {
  const state = new Ending(listener);
  const buffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
  const onread = {
    buffer,
    callback: (size: number): boolean => {
      if (!state.over) listener.received(buffer.subarray(0, size));
      return true;
    },
  };
  const where: NetConnectOpts =
    endpoint.transport === "unix"
      ? { path: endpoint.path }
      : {
          host: endpoint.host,
          port: endpoint.port,
          family: endpoint.family,
          noDelay: true,
          keepAlive: true,
          keepAliveInitialDelay: KEEP_ALIVE_MS,
        };
  const socket: Socket = connect({ ...where, onread });
  let failure: NodeJS.ErrnoException | undefined;
  socket.on("error", (error) => {
    failure = error;
  });
  socket.once("connect", () => {
    if (!state.over) listener.opened();
  });
  // A peer that only stops sending is gone for us; waiting for our unsent bytes would hide that.
  socket.once("end", () => socket.destroy());
  socket.once("close", () => state.end({ error: failure }));
  return {
    writable: socket,
    destroy: () => {
      state.cancel();
      socket.destroy();
    },
  };
}

/** A program's standard input and output, as `ssh` to a remote bus. */
function openProgram(endpoint: Endpoint & { transport: "unixexec" }, listener: ByteListener): ByteStream {
  const state = new Ending(listener);
  const child = spawn(endpoint.file, endpoint.args, { argv0: endpoint.argv0, stdio: ["pipe", "pipe", "pipe"] });
  const { stdin, stdout, stderr } = child;
  let failure: NodeJS.ErrnoException | undefined;
  let lastWords = "";
  // EPIPE on standard input is a consequence; how the program ended is the reason.
  for (const stream of [stdin, stdout, stderr]) stream.on("error", () => undefined);
  child.once("error", (error) => {
    failure = error;
  });
  child.once("spawn", () => {
    if (!state.over) listener.opened();
  });
  stderr.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS_CHARACTERS);
  });
  stdout.on("data", (bytes: Buffer) => {
    if (!state.over) listener.received(bytes);
  });
  // A program that closes its output and lives on carries nothing any more; most are about to end.
  stdout.once("end", () => setTimeout(() => endProgram(child), END_AFTER_CLOSE_MS).unref());
  const finish = (): void => {
    const exit = child.signalCode ?? String(child.exitCode);
    state.end(failure === undefined ? { program: { exit, lastWords: lastWords.trim() } } : { error: failure });
  };
  // "close" comes when its output has been read to the end, which a process that it left behind can delay.
  child.once("close", finish);
  child.once("exit", () => setTimeout(finish, END_AFTER_CLOSE_MS).unref());
  return {
    writable: stdin,
    destroy: () => {
      state.cancel();
      endProgram(child);
      stdout.destroy();
      stderr.destroy();
    },
  };
}

function endProgram(child: ChildProcess): void {
  child.stdin?.destroy();
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  timer.unref();
  child.once("exit", () => clearTimeout(timer));
}

/** Lets `ended` be called once, and never after the stream was destroyed by us. */
class Ending {
  readonly #listener: ByteListener;
  #over = false;

  constructor(listener: ByteListener) {
    this.#listener = listener;
  }

  get over(): boolean {
    return this.#over;
  }

  cancel(): void {
    this.#over = true;
  }

  end(end: StreamEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#listener.ended(end);
  }
}
