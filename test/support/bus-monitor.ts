import type { HasAddress } from "./busctl";
import { type Peer, spawnPeer } from "./peer";
import { Collector } from "./until";

/** A message on the bus, as `busctl monitor --json` shows it. */
export interface SeenTraffic {
  readonly type: string;
  readonly flags: number;
  readonly sender?: string;
  readonly destination?: string;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly payload?: { readonly data: readonly unknown[] };
}

/** All that is sent on a bus, seen from outside of it. */
export class BusTraffic {
  readonly messages = new Collector<SeenTraffic>();
  readonly #peer: Peer;

  constructor(peer: Peer) {
    this.#peer = peer;
    peer.lines.onItem((line) => this.messages.add(JSON.parse(line)));
  }

  stop(): Promise<void> {
    return this.#peer.kill();
  }
}

/** Resolves when it sees what is sent, which busctl says on standard error. */
export async function busTraffic(bus: HasAddress): Promise<BusTraffic> {
  const script = 'exec busctl "--address=$1" monitor --json=short 2>&1';
  return new BusTraffic(await spawnPeer("sh", ["-c", script, "monitor", bus.address]));
}
