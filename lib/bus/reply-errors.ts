import { type AskedCall, type DBusErrorCode, DBusNodeError } from "../errors";
import { text } from "../shared/text";
import { type DecodeOptions, ERROR, type IncomingMessage } from "../wire/types";

interface Meaning {
  readonly code: DBusErrorCode;
  /** Key below `replies` in the catalogue. */
  readonly key: string;
}

const BUS = "org.freedesktop.DBus";
const PREFIX = "org.freedesktop.DBus.Error.";

/** The specification's and libdbus' well-known error names; any other is the service's own. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["ServiceUnknown", { code: "DBUS_NAME_NOT_FOUND", key: "name-not-found" }],
  ["NameHasNoOwner", { code: "DBUS_NAME_NOT_FOUND", key: "name-not-found" }],
  ["UnknownObject", { code: "DBUS_OBJECT_NOT_FOUND", key: "object-not-found" }],
  ["UnknownInterface", { code: "DBUS_INTERFACE_NOT_FOUND", key: "interface-not-found" }],
  ["UnknownMethod", { code: "DBUS_METHOD_NOT_FOUND", key: "method-not-found" }],
  ["UnknownProperty", { code: "DBUS_PROPERTY_NOT_FOUND", key: "property-not-found" }],
  ["PropertyReadOnly", { code: "DBUS_PROPERTY_READ_ONLY", key: "property-read-only" }],
  ["InvalidArgs", { code: "DBUS_INVALID_ARGS", key: "invalid-args" }],
  ["InvalidSignature", { code: "DBUS_INVALID_ARGS", key: "invalid-args" }],
  ["AccessDenied", { code: "DBUS_ACCESS_DENIED", key: "access-denied" }],
  ["AuthFailed", { code: "DBUS_ACCESS_DENIED", key: "access-denied" }],
  ["InteractiveAuthorizationRequired", { code: "DBUS_ACCESS_DENIED", key: "authorization-required" }],
  ["LimitsExceeded", { code: "DBUS_LIMITS_EXCEEDED", key: "limits-exceeded" }],
  ["NoReply", { code: "DBUS_NO_REPLY", key: "no-reply" }],
  ["Disconnected", { code: "DBUS_NO_REPLY", key: "no-reply" }],
  ["Timeout", { code: "DBUS_TIMEOUT", key: "service-timeout" }],
  ["TimedOut", { code: "DBUS_TIMEOUT", key: "service-timeout" }],
]);

const OTHER: Meaning = { code: "DBUS_ERROR_REPLY", key: "error-reply" };
const SPAWN: Meaning = { code: "DBUS_NAME_NOT_FOUND", key: "start-failed" };

const PLAIN: DecodeOptions = { int64: "auto", keepTypes: false };

/** The error that an error reply means; undefined for a reply that is none. */
export function replyError(message: IncomingMessage, asked: AskedCall): DBusNodeError | undefined {
  if (message.type !== ERROR) return undefined;
  const dbusName = message.errorName ?? "";
  const { body, cause } = errorBody(message);
  const said = typeof body[0] === "string" ? body[0] : "";
  const { code, key } = asked.destination === BUS ? ofBus(meaning(dbusName)) : meaning(dbusName);
  const { destination, path, interface: interfaceName, member } = asked;
  const params = {
    destination,
    path: path ?? "",
    interface: interfaceName ?? "",
    member,
    dbusName,
    message: said === "" ? dbusName : said,
  };
  const call: AskedCall = { destination, path, interface: interfaceName, member, body: asked.body };
  const byBus = message.sender === BUS;
  return new DBusNodeError(code, text(`replies.${key}`, params), { dbusName, body, cause, asked: call, byBus });
}

/** Asked about a name, the bus means that one, not its own. */
function ofBus({ code, key }: Meaning): Meaning {
  return { code, key: key === "name-not-found" ? "bus-name-not-found" : key };
}

function meaning(dbusName: string): Meaning {
  if (!dbusName.startsWith(PREFIX)) return OTHER;
  const name = dbusName.slice(PREFIX.length);
  return MEANINGS.get(name) ?? (name.startsWith("Spawn.") ? SPAWN : OTHER);
}

/** An error whose arguments cannot be read is still an error. */
function errorBody(message: IncomingMessage): { body: unknown[]; cause?: unknown } {
  try {
    return { body: message.body(PLAIN) };
  } catch (cause) {
    return { body: [], cause };
  }
}
