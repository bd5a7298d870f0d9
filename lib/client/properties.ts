import type { Outcome } from "../bus/call";
import type { Connection } from "../bus/connection";
import { DBusNodeError } from "../errors";
import type { DecodeOptions } from "../wire/types";

/** "Standard Interfaces: org.freedesktop.DBus.Properties" and "... ObjectManager". */
export const PROPERTIES = "org.freedesktop.DBus.Properties";
export const OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager";

/** Values by property name, as flow values. */
export type PropertyValues = Readonly<Record<string, unknown>>;
/** Properties by interface name. */
export type InterfaceValues = Readonly<Record<string, PropertyValues>>;
/** Interfaces by object path. */
export type ObjectValues = Readonly<Record<string, InterfaceValues>>;

/** How long a question that nobody set a time for may take. */
export const READ_TIMEOUT_MS = 25_000;

interface Question {
  readonly connection: Connection;
  readonly destination: string;
  readonly path: string;
  readonly decode: DecodeOptions;
  /** Milliseconds, `READ_TIMEOUT_MS` by default. */
  readonly timeoutMs?: number;
  /** `CallFlag`s. */
  readonly flags?: number;
}

/** GetAll of one interface, told in the order of the bus's messages. */
export function getAll(
  { connection, destination, path, decode, timeoutMs = READ_TIMEOUT_MS, flags = 0 }: Question,
  interfaceName: string,
  settle: (outcome: PropertyValues | DBusNodeError) => void,
): void {
  connection.request(
    {
      ...{ destination, path, decode, timeoutMs, flags },
      ...{ interface: PROPERTIES, member: "GetAll", signature: "s", body: [interfaceName] },
    },
    (outcome) => settle(onlyArgument<PropertyValues>(outcome, "a{sv}")),
  );
}

/** Everything that an object manager has, told in the order of the bus's messages. */
export function getManagedObjects(
  { connection, destination, path, decode, timeoutMs = READ_TIMEOUT_MS, flags = 0 }: Question,
  settle: (outcome: ObjectValues | DBusNodeError) => void,
): void {
  connection.request(
    {
      ...{ destination, path, decode, timeoutMs, flags },
      ...{ interface: OBJECT_MANAGER, member: "GetManagedObjects", signature: "", body: [] },
    },
    (outcome) => settle(onlyArgument<ObjectValues>(outcome, "a{oa{sa{sv}}}")),
  );
}

/** A service that answers with something else than the dict that it owes is taken to have nothing. */
function onlyArgument<Dict extends object>(outcome: Outcome, signature: string): Dict | DBusNodeError {
  if (outcome instanceof DBusNodeError) return outcome;
  return (outcome.signature === signature ? outcome.body[0] : {}) as Dict;
}
