import type { NodeAPI } from "node-red";
import { LingeringBuses } from "../../../lib/client/lingering-buses";
import { whenConnected } from "../../../lib/client/when-connected";
import { asNodeError, DBusNodeError } from "../../../lib/errors";
import { parseAddress } from "../../../lib/shared/address";
import type { BusTarget } from "../../../lib/shared/bus-choice";
import { text } from "../../../lib/shared/text";
import type { BusLink } from "../bus-link";
import { deployedAddress, withVariables } from "../deployed-addresses";
import { addressOf } from "../machine";
import type { Fields } from "./endpoint";
import type { Request } from "./express";
import { BusUnreachable, RequestRefused } from "./failure";
import { hasPermission } from "./permission";
import { busOf } from "./query";

/** A bus that hangs or is far away: whoever looks at the dialog is told so after it. */
const CONNECT_PATIENCE_MS = 3_000;

const buses = new LingeringBuses();

/** Ends the links that were opened for requests alone. */
export function closeRequestBuses(): void {
  buses.close();
}

/**
 * The link to the bus that a request names, connected. Rejects with RequestRefused, with BusUnreachable, or
 * with DBusNodeError where the fields are not good.
 */
export async function busOfRequest(RED: NodeAPI, fields: Fields, request: Request): Promise<BusLink> {
  const target = await allowedBus(RED, busOf(fields), request);
  const address = addressOf(target);
  try {
    if (address === "") throw new DBusNodeError("DBUS_NO_BUS", text("errors.no-address"));
    const lease = buses.use(address);
    await whenConnected(lease.connection, CONNECT_PATIENCE_MS);
    return { ...lease, target };
  } catch (thrown) {
    throw new BusUnreachable(target, asNodeError(thrown));
  }
}

/** Who may read must not make the runtime connect to wherever they want. */
async function allowedBus(RED: NodeAPI, target: BusTarget, request: Request): Promise<BusTarget> {
  if (target.kind !== "address") return target;
  const used = deployedAddress(RED, target.address);
  if (used !== undefined) return { kind: "address", address: used };
  if (!(await hasPermission(RED, request, "dbus.write"))) throw refused("admin.address-not-used");
  const address = withVariables(target.address);
  // Both are what a flow can do: read the process's variables, which an error would show, and start a program.
  const asFlow = address !== target.address || startsProgram(address);
  if (asFlow && !(await hasPermission(RED, request, "flows.write"))) throw refused("admin.address-flow");
  return { kind: "address", address };
}

/** Throws DBusNodeError DBUS_INVALID_ADDRESS. */
function startsProgram(address: string): boolean {
  const parsed = parseAddress(address);
  if ("problem" in parsed) throw new DBusNodeError("DBUS_INVALID_ADDRESS", parsed.problem);
  return parsed.entries.some(({ transport }) => transport === "unixexec");
}

function refused(key: string): RequestRefused {
  return new RequestRefused(403, "ADDRESS_NOT_USED", text(key));
}
