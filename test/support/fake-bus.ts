import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import path from "node:path";
import { makeTempDir } from "./temp-dir";
import { Collector } from "./until";

/** Plays the bus for one connection. */
export type BusScript = (socket: Socket) => void;

/** A server that misbehaves as its script says: what a real daemon never does. */
export class FakeBus {
  readonly address: string;
  readonly connections = new Collector<Socket>();
  readonly #server: Server;

  constructor(server: Server, address: string) {
    this.#server = server;
    this.address = address;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.connections.items) socket.destroy();
    await closed;
  }
}

export async function startFakeBus(script: BusScript, transport: "unix" | "tcp" = "unix"): Promise<FakeBus> {
  const server = createServer();
  const file = path.join(makeTempDir(), "fake");
  if (transport === "unix") server.listen(file);
  else server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  const address =
    bound === null || typeof bound === "string"
      ? `unix:path=${file}`
      : `tcp:host=127.0.0.1,port=${bound.port},family=ipv4`;
  const bus = new FakeBus(server, address);
  server.on("connection", (socket) => {
    // A client that gives us up is what most of these tests are about.
    socket.on("error", () => undefined);
    bus.connections.add(socket);
    script(socket);
  });
  return bus;
}

export const FAKE_GUID = "0123456789abcdef0123456789abcdef";

/** Answers each line of the client: `answer` gets it without CRLF; "" sends nothing. */
export function answersLines(answer: (line: string, count: number) => string): BusScript {
  return (socket) => {
    let rest = "";
    let count = 0;
    socket.on("data", (chunk) => {
      const lines = (rest + chunk.toString("latin1")).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const reply = answer(line.replace(/^\0/, ""), count++);
        if (reply !== "") socket.write(reply, "latin1");
      }
    });
  };
}

/** Takes the connection and says nothing, ever. */
export const neverAnswers: BusScript = (socket) => void socket.resume();

/** Offers mechanisms that nobody has. */
export const refusesAuthentication = answersLines((line) =>
  line.startsWith("AUTH") ? "REJECTED KERBEROS_V4\r\n" : "",
);

/** Sends this at once and keeps the connection. */
export function sends(bytes: string | Uint8Array): BusScript {
  return (socket) => {
    socket.resume();
    socket.write(bytes);
  };
}

/** Sends the same bytes for as long as the client takes them. */
export function sendsForEver(bytes: Uint8Array): BusScript {
  return (socket) => {
    socket.resume();
    const go = (): void => {
      if (!socket.destroyed) socket.write(bytes, () => setImmediate(go));
    };
    go();
  };
}

/** Sends a byte each so many milliseconds, for ever. */
export function drips(byte: string, ms: number): BusScript {
  return (socket) => {
    socket.resume();
    const timer = setInterval(() => socket.write(byte), ms);
    socket.once("close", () => clearInterval(timer));
  };
}

/** Authenticates any client, then hands the connection over; `early` goes out in one chunk with the OK. */
export function authenticates(then: BusScript = neverAnswers, early: Uint8Array = Buffer.alloc(0)): BusScript {
  return (socket) => {
    let seen = "";
    const read = (chunk: Buffer): void => {
      const before = seen;
      seen += chunk.toString("latin1");
      if (!before.includes("\r\n") && seen.includes("\r\n")) {
        socket.write(Buffer.concat([Buffer.from(`OK ${FAKE_GUID}\r\n`), early]));
      }
      const begin = seen.indexOf("BEGIN\r\n");
      if (begin < 0) return;
      socket.off("data", read);
      const rest = Buffer.from(seen.slice(begin + "BEGIN\r\n".length), "latin1");
      if (rest.length > 0) socket.unshift(rest);
      then(socket);
    };
    socket.on("data", read);
  };
}
