import type { HasAddress } from "./busctl";
import { type Peer, spawnPython } from "./peer";

/** Another process that wants a name; the flags are those of RequestName. */
export class NameOwner {
  readonly #peer: Peer;

  static async start(bus: HasAddress, name: string): Promise<NameOwner> {
    return new NameOwner(await spawnPython(SOURCE, [bus.address, name]));
  }

  private constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** The bus's answer: 1 owner, 2 in the queue, 3 someone else has it, 4 owner already. */
  request(flags: number): Promise<number> {
    return this.#do(String(flags));
  }

  /** 1 released, 2 nobody has it, 3 it was not ours. */
  release(): Promise<number> {
    return this.#do("release");
  }

  stop(): Promise<void> {
    return this.#peer.kill();
  }

  async #do(line: string): Promise<number> {
    const { lines } = this.#peer;
    const before = lines.items.length;
    this.#peer.tell(line);
    return Number((await lines.until(before + 1))[before]);
  }
}

const SOURCE = `
import dbus.bus, sys
address, name = sys.argv[1:]
bus = dbus.bus.BusConnection(address)
print("ready")
for line in sys.stdin:
    word = line.strip()
    print(int(bus.release_name(name) if word == "release" else bus.request_name(name, int(word))))
`;
