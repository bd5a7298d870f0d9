import { DBusNodeError } from "../../../lib/errors";
import type { BusTarget } from "../../../lib/shared/bus-choice";
import { checkBusName, checkObjectPath, type NameProblem } from "../../../lib/shared/names";
import { text } from "../../../lib/shared/text";
import type { Fields } from "./endpoint";

/** The fields of a `BusQuery`. Throws DBusNodeError DBUS_INVALID_FIELD. */
export function busOf(fields: Fields): BusTarget {
  const { bus } = fields;
  if (bus === "system" || bus === "session") return { kind: bus };
  if (bus !== "address") {
    throw new DBusNodeError("DBUS_INVALID_FIELD", text("admin.bus", { value: String(bus ?? "").slice(0, 40) }));
  }
  return { kind: bus, address: required(fields, "address").trim() };
}

/** Throws DBusNodeError DBUS_INVALID_FIELD. */
export function destinationOf(fields: Fields): string {
  return checked(fields, "destination", checkBusName);
}

/** Throws DBusNodeError DBUS_INVALID_FIELD. */
export function pathOf(fields: Fields): string {
  return checked(fields, "path", checkObjectPath);
}

function checked(fields: Fields, name: string, check: (value: string) => NameProblem): string {
  const value = required(fields, name);
  const problem = check(value);
  if (problem === undefined) return value;
  throw new DBusNodeError("DBUS_INVALID_FIELD", text("errors.field", { field: text(`labels.${name}`), problem }));
}

function required(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === "string" && value !== "") return value;
  const params = { field: text(`labels.${name}`) };
  throw new DBusNodeError("DBUS_INVALID_FIELD", text("admin.missing", params));
}
