import path from "node:path";
import type { HasAddress } from "./busctl";
import { type Peer, PYTHON, spawnPeer } from "./peer";
import { Collector } from "./until";

export const ECHO_PROGRAM = path.join(__dirname, "echo-service.py");
export const ECHO_NAME = "com.example.Service";
export const ECHO_PATH = "/com/example/Echo";
export const ECHO = "com.example.Echo";

/** A method call that the service has received. */
export interface SeenCall {
  readonly call: string;
  readonly path: string;
  readonly interface: string | null;
  readonly signature: string;
  readonly sender: string;
  readonly noReply: boolean;
}

interface SeenLine extends Partial<SeenCall> {
  /** A property that was written, with the name of dbus-python's type. */
  readonly set?: string;
  readonly type?: string;
  readonly value?: unknown;
  readonly mark?: unknown;
}

/** The service of echo-service.py. */
export class EchoService {
  readonly lines = new Collector<SeenLine>();
  /** Its unique name. */
  readonly unique: string;
  readonly #peer: Peer;
  #marks = 0;

  constructor(peer: Peer) {
    this.#peer = peer;
    this.unique = peer.ready.replace("ready ", "");
    peer.lines.onItem((line) => this.lines.add(JSON.parse(line)));
  }

  /** The calls that it has received, but for those of the standard interfaces. */
  get calls(): readonly string[] {
    const calls = this.lines.items.filter(({ interface: name }) => !name?.startsWith("org.freedesktop."));
    return calls.flatMap(({ call }) => (call === undefined ? [] : [call]));
  }

  /** How often it was asked for its introspection. */
  get introspections(): number {
    return this.lines.items.filter(({ call }) => call === "Introspect").length;
  }

  /** Resolves when it has done what it was told before. */
  async done(): Promise<void> {
    const mark = ++this.#marks;
    this.tell({ mark });
    await this.lines.first((line) => line.mark === mark);
  }

  tell(command: object): void {
    this.#peer.tell(JSON.stringify(command));
  }

  emit(member: string, signature = "", args: readonly unknown[] = [], more: object = {}): void {
    this.tell({ emit: [ECHO_PATH, ECHO, member, signature, args], ...more });
  }

  /** Emits PropertiesChanged. */
  changed(values: object, invalidated: readonly string[] = [], objectPath = ECHO_PATH, interfaceName = ECHO): void {
    const body = [interfaceName, values, invalidated];
    this.tell({
      emit: [objectPath, "org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as", body],
    });
  }

  stop(): Promise<void> {
    return this.#peer.kill();
  }
}

/** Starts it; it owns the name when this resolves. */
export async function startEcho(bus: HasAddress, name = ECHO_NAME): Promise<EchoService> {
  return new EchoService(await spawnPeer(PYTHON, ["-u", ECHO_PROGRAM, bus.address, name]));
}
