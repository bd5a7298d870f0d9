import { type AddressEntry, parseAddress } from "../shared/address";
import { type AddressCandidate, type AddressInputs, addressCandidates } from "../shared/bus-address";
import type { EnvironmentFacts, SocketFact, SocketState } from "./facts";

/** One place where a bus was looked for, and what is there. */
export interface Place {
  readonly candidate: AddressCandidate;
  /** The socket's path, where the address names one. */
  readonly path: string | undefined;
  /** `unchecked`: only connecting can tell (tcp, abstract, a remote bus). `invalid`: not an address. */
  readonly state: SocketState | "unchecked" | "invalid";
  readonly owner: number | undefined;
}

/** The places of a bus in the order in which they are tried; a candidate with alternatives gives several. */
export function placesOf(bus: "system" | "session", facts: EnvironmentFacts): readonly Place[] {
  return addressCandidates(bus, facts).flatMap((candidate) => {
    const parsed = parseAddress(candidate.address);
    if ("problem" in parsed) return [{ candidate, path: undefined, state: "invalid", owner: undefined } as const];
    return parsed.entries.map((entry) => placeAt(candidate, entry, facts));
  });
}

/** The place that a connection would use. */
export function reachablePlace(places: readonly Place[]): Place | undefined {
  return places.find((place) => place.state === "usable" || place.state === "unchecked");
}

/** Every path at which a bus of this machine may have its socket. */
export function socketPaths(inputs: AddressInputs): readonly string[] {
  const paths = (["system", "session"] as const).flatMap((bus) =>
    addressCandidates(bus, inputs).flatMap(({ address }) => {
      const parsed = parseAddress(address);
      return "entries" in parsed ? parsed.entries.map((entry) => unixPath(entry, inputs.env)) : [];
    }),
  );
  return [...new Set(paths.filter((path) => path !== undefined))];
}

/** A path of the form that logind gives a user's session bus: whose uid, or undefined. */
export function loginBusUid(path: string | undefined): number | undefined {
  const uid = /^(?:\/var)?\/run\/user\/(\d+)\/bus$/.exec(path ?? "")?.[1];
  return uid === undefined ? undefined : Number(uid);
}

const MISSING: SocketFact = { state: "missing" };

function placeAt(candidate: AddressCandidate, entry: AddressEntry, facts: EnvironmentFacts): Place {
  const path = unixPath(entry, facts.env);
  if (path !== undefined) return { candidate, path, owner: undefined, ...(facts.sockets[path] ?? MISSING) };
  // `disabled:` is how test suites and GLib say that there shall be no bus.
  return { candidate, path, state: entry.transport === "disabled" ? "missing" : "unchecked", owner: undefined };
}

/** "Unix Domain Sockets": `path`, or `runtime=yes` for the bus in XDG_RUNTIME_DIR. */
function unixPath(entry: AddressEntry, env: AddressInputs["env"]): string | undefined {
  if (entry.transport !== "unix") return undefined;
  const path = entry.keys.get("path");
  if (path !== undefined) return path;
  return entry.keys.get("runtime") === "yes" && env.XDG_RUNTIME_DIR !== undefined
    ? `${env.XDG_RUNTIME_DIR}/bus`
    : undefined;
}
