import type { NodeMessage } from "node-red";
import type { SignalFields } from "../../lib/bus/transport";
import { DBusNodeError } from "../../lib/errors";
import { notEmitted } from "../../lib/export/exporter";
import type { DBusPublishConfig } from "../../lib/shared/dbus-publish-config";
import { checkBusName, checkInterfaceName, checkMemberName, checkObjectPath } from "../../lib/shared/names";
import { checkSignature, parseSignature } from "../../lib/shared/signature";
import { text } from "../../lib/shared/text";
import { toArguments } from "../../lib/values/arguments";
import type { BusLink } from "./bus-link";
import { dbusFields, fieldOf, missing } from "./message";

/**
 * The signal that a message asks for: a field that is filled in wins, a blank one is taken from
 * `msg.dbus`. Throws DBusNodeError DBUS_INVALID_FIELD for one that is missing or not well-formed.
 */
export function signalFields(config: DBusPublishConfig, message: NodeMessage): SignalFields {
  const fields = dbusFields(message);
  const required = (name: "path" | "interface" | "member", check: typeof checkObjectPath) => {
    const value = fieldOf(fields, name, config[name], check);
    if (value === "") throw missing(name);
    return value;
  };
  const { payload } = message;
  const filled = fieldOf(fields, "signature", config.signature, checkSignature);
  // That of what another D-Bus node received stands for the payload that came with it, so it goes with that.
  const isGone = config.signature === "" && fields["sender"] !== undefined && payload === undefined;
  const signature = isGone ? "" : filled;
  // Nothing tells which of the number types is meant, so a type is never guessed.
  if (signature === "" && payload !== undefined && payload !== "") throw missing("signature");
  const parsed = parseSignature(signature);
  if ("problem" in parsed) {
    const params = { field: text("labels.signature"), problem: parsed.problem };
    throw new DBusNodeError("DBUS_INVALID_FIELD", text("errors.field", params));
  }
  return {
    path: required("path", checkObjectPath),
    interface: required("interface", checkInterfaceName),
    member: required("member", checkMemberName),
    destination: fieldOf(fields, "destination", config.destination, checkBusName),
    signature,
    body: toArguments(payload, parsed.types),
  };
}

/**
 * Resolves when the bus has taken what was sent, so that a flow that waits for that keeps its pace. Rejects
 * with DBusNodeError DBUS_DISCONNECTED where a signal was lost with its connection; a property's value is
 * stored anyway.
 */
export async function handedOver({ connection }: BusLink, emitted: string | undefined): Promise<void> {
  const drained = await connection.backlog.whenDrained();
  if (!drained && emitted !== undefined) throw notEmitted(connection, emitted);
}
