import { CallFlag } from "../bus/transport";
import { type DBusErrorCode, DBusNodeError } from "../errors";
import { type IntrospectedObject, STANDARD_INTERFACES } from "../introspect/model";
import type { ObjectEntry } from "../shared/admin";
import { getManagedObjects, OBJECT_MANAGER, type ObjectValues } from "./properties";
import type { Service } from "./resolve-member";
import { MAX_PATH_LENGTH, walkObjects } from "./walk-objects";

export interface ListingLimits {
  readonly objects: number;
  /** Milliseconds in which nothing is answered, and what is known by then is the result. */
  readonly silenceMs: number;
  /** Milliseconds for all of it. */
  readonly totalMs: number;
}

export const LISTING_LIMITS: ListingLimits = { objects: 5_000, silenceMs: 3_000, totalMs: 6_000 };

/** Of all objects together, that an answer holds. */
const MOST_INTERFACES = 50_000;
/** Objects and interfaces of an object manager that are read. */
const MOST_MANAGED = 60_000;
/** Leaves room for the flows' own calls. */
const PARALLEL = 8;

export interface ObjectListing {
  /** In the order of the tree. */
  readonly paths: readonly ObjectEntry[];
  readonly leftOut: number;
  /** Why a part of it may be missing. */
  readonly incomplete: DBusNodeError | undefined;
}

/** After these the service will not answer anything else either. */
const FINAL: ReadonlySet<DBusErrorCode> = new Set<DBusErrorCode>([
  "DBUS_NAME_NOT_FOUND",
  "DBUS_NO_REPLY",
  "DBUS_DISCONNECTED",
  "DBUS_LIMITS_EXCEEDED",
  "DBUS_CANCELLED",
]);

/**
 * A service's objects: what its object managers have, and what introspection finds from `/` on. Starts
 * nothing. Rejects with DBusNodeError where nothing at all is found: the answer of `/` says why.
 */
export async function listObjects(
  service: Service,
  destination: string,
  limits: ListingLimits = LISTING_LIMITS,
): Promise<ObjectListing> {
  const listing = new Listing(service, destination, limits);
  await listing.look("/");
  // Some services have their one object where its name says, and nothing above it.
  if (listing.isEmpty && destination.includes(".") && !destination.startsWith(":")) {
    await listing.look(`/${destination.replaceAll(".", "/").replaceAll("-", "_")}`);
  }
  return listing.result();
}

/** Many services answer so to any path. */
function isNothing({ interfaces, children }: IntrospectedObject): boolean {
  return children.length === 0 && [...interfaces.keys()].every((name) => STANDARD_INTERFACES.has(name));
}

class Listing {
  readonly #service: Service;
  readonly #destination: string;
  readonly #limits: ListingLimits;
  readonly #interfaces = new Map<string, readonly string[] | undefined>();
  readonly #managed = new Set<string>();
  readonly #started = performance.now();
  #heard = performance.now();
  #interfaceCount = 0;
  #leftOut = 0;
  #failure: DBusNodeError | undefined;
  #incomplete: DBusNodeError | undefined;
  #over = false;

  constructor(service: Service, destination: string, limits: ListingLimits) {
    this.#service = service;
    this.#destination = destination;
    this.#limits = limits;
  }

  /** The root alone, without anything of its own, is no object. */
  get isEmpty(): boolean {
    const [only] = this.#interfaces.entries();
    return this.#interfaces.size === 0 || (this.#interfaces.size === 1 && (only?.[1]?.length ?? 0) === 0);
  }

  async look(top: string): Promise<void> {
    const { introspection } = this.#service;
    if (this.#over) return;
    // Where there is one at all, it is usually at the root: asked beside it, it costs no time.
    const managedHere = this.#askManager(top);
    const leftOut = await walkObjects(top, {
      ...{ most: this.#limits.objects, parallel: PARALLEL },
      wanted: () => !this.#over,
      // What an object manager has told is known.
      asked: (path) => path === top || !this.#managed.has(path),
      introspect: async (path) => {
        const asked = introspection.refresh(this.#destination, path, this.#patience(), CallFlag.noAutoStart);
        if (path === top) await Promise.allSettled([asked, managedHere]);
        return asked;
      },
      found: async (path, model) => {
        this.#heard = performance.now();
        if (path !== "/" && path === top && isNothing(model)) return;
        this.#add(path, model);
        if (path !== top && model.interfaces.has(OBJECT_MANAGER)) await this.#askManager(path);
      },
      failed: (path, error) => this.#failed(path, error, path === top),
    });
    // Meanwhile others were counted.
    this.#leftOut += leftOut;
  }

  result(): ObjectListing {
    if (this.#interfaces.size === 0 && this.#failure !== undefined) throw this.#failure;
    // In a path no character sorts before the slash.
    const paths = [...this.#interfaces.keys()].sort();
    return {
      paths: paths.map((path) => {
        const interfaces = this.#interfaces.get(path);
        return interfaces === undefined ? { path } : { path, interfaces };
      }),
      leftOut: this.#leftOut,
      incomplete: this.#incomplete,
    };
  }

  /** Milliseconds that the next call may take. */
  #patience(): number {
    const { silenceMs, totalMs } = this.#limits;
    return Math.max(1, Math.min(silenceMs, Math.ceil(totalMs - (performance.now() - this.#started))));
  }

  /** Never rejects: most objects are no object managers. */
  #askManager(path: string): Promise<void> {
    const { connection } = this.#service;
    const question = {
      ...{ connection, destination: this.#destination, path },
      ...{ timeoutMs: this.#patience(), flags: CallFlag.noAutoStart },
      decode: { int64: "auto", keepTypes: false, most: MOST_MANAGED, outline: true } as const,
    };
    return new Promise((resolve) => {
      getManagedObjects(question, (outcome) => {
        if (!(outcome instanceof DBusNodeError)) this.#addManaged(outcome);
        resolve();
      });
    });
  }

  #addManaged(objects: ObjectValues): void {
    this.#heard = performance.now();
    for (const path of Object.keys(objects)) {
      if (this.#managed.has(path)) continue;
      if (path.length > MAX_PATH_LENGTH || !this.#hasRoom(path)) {
        this.#leftOut++;
        continue;
      }
      this.#managed.add(path);
      this.#keep(path, Object.keys(objects[path] ?? {}));
    }
  }

  #add(path: string, model: IntrospectedObject): void {
    if (!this.#hasRoom(path)) this.#leftOut++;
    else this.#keep(path, [...model.interfaces.keys()]);
  }

  #hasRoom(path: string): boolean {
    return this.#interfaces.size < this.#limits.objects || this.#interfaces.has(path);
  }

  #keep(path: string, names: readonly string[]): void {
    const known = this.#interfaces.get(path) ?? [];
    const own = [...new Set([...known, ...names.filter((name) => !STANDARD_INTERFACES.has(name))])];
    const room = Math.max(0, MOST_INTERFACES - this.#interfaceCount);
    const kept = own.slice(0, known.length + room);
    this.#interfaceCount += kept.length - known.length;
    this.#leftOut += own.length - kept.length;
    this.#interfaces.set(path, kept);
  }

  /** A child that its parent names and that says nothing is there all the same. */
  #failed(path: string, error: DBusNodeError, top: boolean): void {
    const silent = error.code === "DBUS_TIMEOUT";
    if (top) this.#failure ??= error;
    else if (!this.#interfaces.has(path) && this.#hasRoom(path)) this.#interfaces.set(path, undefined);
    if (!silent) this.#heard = performance.now();
    if (silent || FINAL.has(error.code)) this.#incomplete ??= error;
    const quiet = performance.now() - this.#heard >= this.#limits.silenceMs * 0.9;
    const late = performance.now() - this.#started >= this.#limits.totalMs * 0.9;
    if (FINAL.has(error.code) || (silent && (quiet || late))) this.#over = true;
  }
}
