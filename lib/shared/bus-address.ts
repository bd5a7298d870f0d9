import type { BusTarget } from "./bus-choice";

/** The environment variables that name a bus; `process.env` fits. */
export interface AddressVariables {
  readonly DBUS_SYSTEM_BUS_ADDRESS?: string | undefined;
  readonly DBUS_SESSION_BUS_ADDRESS?: string | undefined;
  readonly XDG_RUNTIME_DIR?: string | undefined;
}

/** What decides where a bus is looked for, as data: the caller reads its process and file system. */
export interface AddressInputs {
  readonly env: AddressVariables;
  /** Undefined where the platform has no uids (Windows). */
  readonly uid: number | undefined;
  /** The address in `~/.dbus/session-bus/<machine-id>-<display>`, where X11 autolaunch left one. */
  readonly autolaunchAddress: string | undefined;
}

export type AddressSource =
  | "DBUS_SYSTEM_BUS_ADDRESS"
  | "DBUS_SESSION_BUS_ADDRESS"
  /** The system bus's well-known path. */
  | "well-known-path"
  | "XDG_RUNTIME_DIR"
  /** `/run/user/<uid>/bus`, which logind gives a user though no variable names it. */
  | "runtime-directory"
  | "autolaunch";

/** One place where a bus may be; `address` may itself hold several alternatives when it was configured so. */
export interface AddressCandidate {
  readonly address: string;
  readonly source: AddressSource;
}

/**
 * "Well-known Message Bus Instances": where the system or the session bus may be, in the order in
 * which it is tried. A variable that is set is used alone, as libdbus, sd-bus and GDBus do: falling
 * through to another bus would connect a flow to the wrong one, silently. Empty means not set.
 */
export function addressCandidates(bus: "system" | "session", inputs: AddressInputs): readonly AddressCandidate[] {
  return bus === "system" ? systemCandidates(inputs) : sessionCandidates(inputs);
}

/**
 * The address to connect to, its alternatives joined by `;`: the key under which connections are
 * shared. An address target comes back as given (trimmed; `parseAddress` says whether it is valid).
 * Empty where there is no place to look, as for a session bus without uid and variables.
 */
export function resolveAddress(target: BusTarget, inputs: AddressInputs): string {
  if (target.kind === "address") return target.address.trim();
  return addressCandidates(target.kind, inputs)
    .map((candidate) => candidate.address)
    .join(";");
}

/** `unix:path=` with every byte escaped that "Server Addresses" does not let stand as it is. */
export function unixPathAddress(path: string): string {
  const escaped = path.replace(/[^-0-9A-Za-z_/.*]/gu, (character) =>
    Array.from(new TextEncoder().encode(character), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  );
  return `unix:path=${escaped}`;
}

function systemCandidates({ env }: AddressInputs): readonly AddressCandidate[] {
  const variable = env.DBUS_SYSTEM_BUS_ADDRESS;
  if (isSet(variable)) return [{ address: variable, source: "DBUS_SYSTEM_BUS_ADDRESS" }];
  return ["/run/dbus/system_bus_socket", "/var/run/dbus/system_bus_socket"].map((path) => ({
    address: unixPathAddress(path),
    source: "well-known-path",
  }));
}

function sessionCandidates({ env, uid, autolaunchAddress }: AddressInputs): readonly AddressCandidate[] {
  const variable = env.DBUS_SESSION_BUS_ADDRESS;
  // `autolaunch:` is what libdbus uses when nothing is set: look in the usual places.
  if (isSet(variable) && variable !== "autolaunch:") {
    return [{ address: variable, source: "DBUS_SESSION_BUS_ADDRESS" }];
  }
  const found = new Map<string, AddressSource>();
  const add = (address: string, source: AddressSource) => {
    if (!found.has(address)) found.set(address, source);
  };
  const directory = env.XDG_RUNTIME_DIR;
  // "XDG Base Directory Specification": a path that is not absolute is to be ignored.
  if (directory?.startsWith("/")) add(unixPathAddress(`${directory.replace(/\/+$/, "")}/bus`), "XDG_RUNTIME_DIR");
  if (uid !== undefined) add(unixPathAddress(`/run/user/${uid}/bus`), "runtime-directory");
  if (isSet(autolaunchAddress)) add(autolaunchAddress, "autolaunch");
  return Array.from(found, ([address, source]) => ({ address, source }));
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
