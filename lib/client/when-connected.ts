import type { Connection, ConnectionStatus } from "../bus/connection";
import { DBusNodeError } from "../errors";
import { text } from "../shared/text";

/** Milliseconds for which a link that was lost or refused before may come back. */
const SECOND_CHANCE_MS = 500;

/**
 * Resolves when the link is there. Rejects with DBusNodeError: why the attempt failed, or DBUS_TIMEOUT
 * after `timeoutMs` milliseconds. The link itself goes on trying.
 */
export function whenConnected(connection: Connection, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const known = connection.status.error;
    const finish = (error?: DBusNodeError) => {
      clearTimeout(timer);
      stop();
      if (error === undefined) resolve();
      else reject(error);
    };
    const late = () => {
      const params = { address: connection.address, seconds: timeoutMs / 1000 };
      finish(known ?? new DBusNodeError("DBUS_TIMEOUT", text("link.timeout-connecting", params)));
    };
    const timer = setTimeout(late, known === undefined ? timeoutMs : Math.min(timeoutMs, SECOND_CHANCE_MS));
    const onStatus = ({ state, error }: ConnectionStatus) => {
      if (state === "connected") finish();
      else if (state === "closed") finish(new DBusNodeError("DBUS_DISCONNECTED", text("errors.closed")));
      else if (error !== undefined && error !== known) finish(error);
    };
    const stop = connection.onStatus(onStatus);
    if (connection.status.state === "connected" || connection.status.state === "closed") onStatus(connection.status);
  });
}
