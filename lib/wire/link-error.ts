import { type DBusErrorCode, DBusNodeError } from "../errors";
import { type Text, text } from "../shared/text";
import type { Endpoint } from "./address";

/** A stream's end as Node.js tells it: an error, or nothing where the peer just closed it. */
export interface StreamEnd {
  readonly error?: NodeJS.ErrnoException | undefined;
  /** The last lines of standard error, and how it ended, of a `unixexec` program. */
  readonly program?: { readonly exit: string; readonly lastWords: string } | undefined;
}

/**
 * A stream that ended before it was authenticated. DBUS_NO_BUS: nothing is there. DBUS_AUTH_REFUSED:
 * the bus closed it during authentication. DBUS_CONNECT_FAILED: anything else; its text's key is
 * `link.access-denied` where the socket may not be opened by this user.
 */
export function openError(endpoint: Endpoint, { error, program }: StreamEnd, connecting: boolean): DBusNodeError {
  const address = endpoint.source;
  const make = (code: DBusErrorCode, problem: Text) => new DBusNodeError(code, problem, { cause: error });
  if (program !== undefined) return make("DBUS_CONNECT_FAILED", programEnded(address, program));
  const code = error?.code ?? "";
  const reason = code || (error?.message ?? "");
  if (endpoint.transport === "unixexec") {
    return make("DBUS_CONNECT_FAILED", text("link.program-not-started", { address, file: endpoint.file, reason }));
  }
  if (!connecting) return make("DBUS_AUTH_REFUSED", text("link.closed-authenticating", { address }));
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
    case "ECONNREFUSED":
      return make("DBUS_NO_BUS", text("link.nothing-there", { address }));
    case "EACCES":
    case "EPERM":
      return make("DBUS_CONNECT_FAILED", text("link.access-denied", { address }));
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return make("DBUS_CONNECT_FAILED", text("link.host-unknown", { address }));
    default:
      return make("DBUS_CONNECT_FAILED", text("link.connect-failed", { address, reason }));
  }
}

/** How a write notices that the peer has closed. */
const CLOSED_BY_PEER: ReadonlySet<string> = new Set(["EPIPE", "ECONNRESET"]);

/** A link that was open and is lost. */
export function lostError({ source }: Endpoint, { error, program }: StreamEnd): DBusNodeError {
  const options = { cause: error };
  if (program !== undefined) return new DBusNodeError("DBUS_DISCONNECTED", programEnded(source, program), options);
  const code = error?.code ?? error?.message ?? "EPIPE";
  const reason = CLOSED_BY_PEER.has(code) ? text("link.closed-by-bus") : code;
  return new DBusNodeError("DBUS_DISCONNECTED", text("link.lost", { address: source, reason }), options);
}

/**
 * A link that the bus closed after authentication, before a single byte: so dbus-daemon treats a user
 * whom its configuration does not let in, or whose uid it does not know.
 */
export function notAdmittedError(endpoint: Endpoint, end: StreamEnd): DBusNodeError {
  if (end.program !== undefined) return lostError(endpoint, end);
  const uid = process.geteuid?.() ?? text("link.nothing");
  const key = endpoint.transport === "tcp" ? "link.not-admitted-tcp" : "link.not-admitted";
  const problem = text(key, { address: endpoint.source, uid });
  return new DBusNodeError("DBUS_AUTH_REFUSED", problem, { cause: end.error });
}

/** The attempt that got farthest decides the code; earlier in this list is farther. */
const FARTHEST_FIRST = ["DBUS_AUTH_REFUSED", "DBUS_TIMEOUT", "DBUS_CONNECT_FAILED", "DBUS_NO_BUS"] as const;

/**
 * One error for all alternatives: the only one itself, or one that tells what happened with each. Its
 * `cause` is then the error of the alternative that got farthest, which also gives the code.
 */
export function combineErrors(failures: readonly [DBusNodeError, ...DBusNodeError[]]): DBusNodeError {
  const [first, ...others] = failures;
  if (others.length === 0) return first;
  let decisive = first;
  for (const code of FARTHEST_FIRST) {
    const found = failures.find((failure) => failure.code === code);
    if (found === undefined) continue;
    decisive = found;
    break;
  }
  const attempts = others.reduce<Text>(
    (list, failure) => text("link.attempts", { list, next: failure.text }),
    first.text,
  );
  return new DBusNodeError(decisive.code, text("link.none-worked", { attempts }), { cause: decisive });
}

function programEnded(address: string, { exit, lastWords }: NonNullable<StreamEnd["program"]>): Text {
  return text("link.program-ended", { address, exit, lastWords: lastWords || text("link.nothing") });
}
