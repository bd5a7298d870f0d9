import path from "node:path";
import { DBusNodeError } from "../errors";
import { type AddressEntry, parseAddress } from "../shared/address";
import { type Text, text } from "../shared/text";

/** Where a stream can be opened to ("Server Addresses: Transports"). `source` is the entry as it was written. */
export type Endpoint =
  /** A socket's file, or its abstract name after a NUL. */
  | { readonly transport: "unix"; readonly source: string; readonly path: string }
  | {
      readonly transport: "tcp";
      readonly source: string;
      readonly host: string;
      readonly port: number;
      readonly family: 0 | 4 | 6;
    }
  | {
      readonly transport: "unixexec";
      readonly source: string;
      readonly file: string;
      readonly argv0: string;
      readonly args: readonly string[];
    };

/** What an address depends on, so that tests can say it. */
export interface AddressContext {
  readonly env: { readonly XDG_RUNTIME_DIR?: string | undefined };
  /** Node.js's major version. */
  readonly nodeMajor: number;
}

/** Linux and the BSDs have at least this much room for a socket's path, without the closing NUL. */
const MAX_SOCKET_PATH_BYTES = 107;
/** Older ones pad an abstract name with NULs, which makes it another name. */
const ABSTRACT_SINCE_NODE = 22;
const SUPPORTED = "unix, tcp, unixexec";

/**
 * The alternatives of an address in the order in which they are tried. One that cannot be used is its
 * error, because the others may work. Throws DBusNodeError (DBUS_INVALID_ADDRESS) when the address as
 * a whole is not well-formed.
 *
 * A `guid` is not compared: a bus that was restarted at its address has a new one, and is welcome.
 */
export function resolveAddress(
  address: string,
  context: AddressContext = { env: process.env, nodeMajor: Number.parseInt(process.versions.node, 10) },
): readonly (Endpoint | DBusNodeError)[] {
  const parsed = parseAddress(address);
  if ("problem" in parsed) throw invalid(parsed.problem);
  return parsed.entries.map((entry) => {
    try {
      return resolveEntry(entry, context);
    } catch (error) {
      if (error instanceof DBusNodeError) return error;
      throw error;
    }
  });
}

function resolveEntry(entry: AddressEntry, context: AddressContext): Endpoint {
  const { source, keys, transport } = entry;
  for (const [key, value] of keys) {
    // The system calls behind take C strings: what follows a NUL would vanish.
    if (value.includes("\0")) throw invalid(text("link.nul-in-value", { entry: source, key }));
  }
  switch (transport) {
    case "unix":
      return { transport, source, path: unixPath(entry, context) };
    case "tcp":
      return { transport, source, host: keys.get("host") || "localhost", port: port(entry), family: family(entry) };
    case "unixexec": {
      const file = keys.get("path") ?? "";
      if (file === "") throw invalid(text("link.key-missing", { entry: source, key: "path" }));
      return { transport, source, file, argv0: keys.get("argv0") ?? file, args: programArguments(keys) };
    }
    case "nonce-tcp":
      throw invalid(text("link.nonce-tcp", { entry: source }));
    default:
      throw invalid(text("link.unknown-transport", { entry: source, transport, supported: SUPPORTED }));
  }
}

function unixPath({ source, keys }: AddressEntry, { env, nodeMajor }: AddressContext): string {
  const given = ["path", "abstract", "runtime"].filter((key) => keys.has(key));
  if (given.length !== 1) {
    // `dir` and `tmpdir` are for servers, which print the `path` that clients take.
    throw invalid(
      text("link.unix-keys", { entry: source, found: [...keys.keys()].join(", ") || text("link.nothing") }),
    );
  }
  const file = keys.get("path") ?? runtimePath(keys.get("runtime"), source, env);
  const abstract = keys.get("abstract");
  if (abstract !== undefined && nodeMajor < ABSTRACT_SINCE_NODE) {
    throw invalid(text("link.abstract-node", { entry: source, least: ABSTRACT_SINCE_NODE, found: nodeMajor }));
  }
  const name = abstract ?? file;
  if (name === "") throw invalid(text("link.key-missing", { entry: source, key: given[0] ?? "path" }));
  const length = Buffer.byteLength(name);
  if (length > MAX_SOCKET_PATH_BYTES) {
    // Node.js would cut it off and look for another socket.
    throw invalid(text("link.path-too-long", { entry: source, length, most: MAX_SOCKET_PATH_BYTES }));
  }
  return abstract === undefined ? name : `\0${abstract}`;
}

/** `runtime=yes` is the user's bus in `$XDG_RUNTIME_DIR`; the specification knows no other value. */
function runtimePath(value: string | undefined, source: string, env: AddressContext["env"]): string {
  if (value === undefined) return "";
  if (value !== "yes") throw invalid(text("link.runtime-value", { entry: source, found: value }));
  const directory = env.XDG_RUNTIME_DIR ?? "";
  if (directory === "") throw new DBusNodeError("DBUS_NO_BUS", text("link.no-runtime-dir", { entry: source }));
  return path.join(directory, "bus");
}

function port({ source, keys }: AddressEntry): number {
  const given = keys.get("port") ?? "";
  if (given === "") throw invalid(text("link.key-missing", { entry: source, key: "port" }));
  const number = /^\d{1,5}$/.test(given) ? Number(given) : 0;
  if (number < 1 || number > 65_535) throw invalid(text("link.port", { entry: source, found: given }));
  return number;
}

function family({ source, keys }: AddressEntry): 0 | 4 | 6 {
  const given = keys.get("family");
  if (given === undefined) return 0;
  if (given === "ipv4") return 4;
  if (given === "ipv6") return 6;
  throw invalid(text("link.family", { entry: source, found: given }));
}

/** `argv1`, `argv2`, ... up to the first that is not given. */
function programArguments(keys: ReadonlyMap<string, string>): readonly string[] {
  const args: string[] = [];
  for (;;) {
    const value = keys.get(`argv${args.length + 1}`);
    if (value === undefined) return args;
    args.push(value);
  }
}

function invalid(problem: Text): DBusNodeError {
  return new DBusNodeError("DBUS_INVALID_ADDRESS", problem);
}
