import path from "node:path";
import type { HasAddress } from "./busctl";
import { type Peer, PYTHON, spawnPeer } from "./peer";

export const SERVICE_PROGRAM = path.join(__dirname, "introspected-service.py");

/** Starts the service of introspected-service.py, which owns the name when this resolves. */
export function startService(bus: HasAddress, name: string, interfaceName: string): Promise<Peer> {
  return spawnPeer(PYTHON, ["-u", SERVICE_PROGRAM, bus.address, name, interfaceName]);
}
