import { readFileSync } from "node:fs";
import { ERROR_NAMES, PeerError } from "./standard-errors";

const PLACES = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

/** "Peer.GetMachineId". Throws PeerError where the machine has none, as in many containers. */
export function machineId(): string {
  for (const place of PLACES) {
    try {
      const id = readFileSync(place, "utf8").trim();
      if (/^[0-9a-f]{32}$/.test(id)) return id;
    } catch {
      // The next place may have it.
    }
  }
  throw new PeerError(ERROR_NAMES.failed, "This machine has no machine id");
}
