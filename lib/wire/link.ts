import { DBusNodeError } from "../errors";
import { text } from "../shared/text";
import { type Endpoint, resolveAddress } from "./address";
import { combineErrors } from "./link-error";
import type { Link, LinkOptions } from "./link-types";
import { OpenLink } from "./open-link";
import { openAuthenticated } from "./open-stream";

export type { Link, LinkOptions };

/** A longer timer would fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Connects to the first alternative of a D-Bus address that works, and authenticates. Never throws
 * synchronously. Rejects with DBusNodeError: DBUS_INVALID_ADDRESS, DBUS_NO_BUS (nothing is there),
 * DBUS_CONNECT_FAILED (its text's key is `link.access-denied` where this user may not open the
 * socket), DBUS_AUTH_REFUSED, DBUS_TIMEOUT, DBUS_CANCELLED. With several alternatives the text tells
 * what happened with each, and `cause` is the error of the one that got farthest.
 */
export async function openLink(address: string, options: LinkOptions): Promise<Link> {
  const deadline = performance.now() + options.timeoutMs;
  const alternatives = resolveAddress(address);
  const failures: DBusNodeError[] = [];
  for (const [index, alternative] of alternatives.entries()) {
    if (alternative instanceof DBusNodeError) {
      failures.push(alternative);
      continue;
    }
    // One that does not answer must leave time for those after it.
    const share = Math.min((deadline - performance.now()) / (alternatives.length - index), MAX_TIMEOUT_MS);
    try {
      return await openEndpoint(alternative, share, options);
    } catch (error) {
      const failure = asLinkError(error, alternative);
      if (failure.code === "DBUS_CANCELLED") throw failure;
      failures.push(failure);
    }
  }
  const [first, ...others] = failures;
  if (first === undefined) throw new DBusNodeError("DBUS_INVALID_ADDRESS", text("address.empty"));
  throw combineErrors([first, ...others]);
}

function openEndpoint(endpoint: Endpoint, timeoutMs: number, options: LinkOptions): Promise<Link> {
  return openAuthenticated(endpoint, { timeoutMs, signal: options.signal }, (stream, serverGuid) => {
    return new OpenLink(endpoint, stream, serverGuid, options);
  });
}

function asLinkError(error: unknown, { source }: Endpoint): DBusNodeError {
  if (error instanceof DBusNodeError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new DBusNodeError("DBUS_CONNECT_FAILED", text("link.connect-failed", { address: source, reason }), {
    cause: error,
  });
}
