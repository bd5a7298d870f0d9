import { BUS_NAME } from "../bus/bus-driver";
import type { Connection } from "../bus/connection";
import type { NameWatch } from "../bus/name-owners";
import { DEFAULT_TIMEOUT_SECONDS } from "../shared/dbus-call-config";
import { checkWellKnownName } from "../shared/names";
import { IntrospectCall, type Introspection } from "./introspect-call";
import type { IntrospectedObject } from "./model";

export interface CacheLimits {
  readonly objects: number;
  /** Of the XML, all objects together; a model takes some eight times as many bytes. */
  readonly characters: number;
  /** Each is watched by a match rule, of which a bus allows 256 (dbus-broker) or 512 to a connection. */
  readonly services: number;
}

export const CACHE_LIMITS: CacheLimits = { objects: 500, characters: 4 << 20, services: 64 };

interface KnownObject {
  readonly service: Service;
  readonly path: string;
  readonly model: IntrospectedObject;
  readonly size: number;
}

/** What is known and being asked of one destination; it lives as long as there is any. */
interface Service {
  readonly destination: string;
  watch: NameWatch | undefined;
  readonly objects: Map<string, KnownObject>;
  readonly calls: Map<string, IntrospectCall>;
}

/**
 * What the objects on one bus say about themselves, asked once and kept for as long as it holds: until
 * the destination's owner changes, the connection is lost, or others have been used more recently.
 */
export class IntrospectionCache {
  readonly #connection: Connection;
  readonly #limits: CacheLimits;
  readonly #services = new Map<string, Service>();
  /** Every known object, the one used longest ago first. */
  readonly #recent = new Set<KnownObject>();
  #characters = 0;

  constructor(connection: Connection, limits: CacheLimits = CACHE_LIMITS) {
    this.#connection = connection;
    this.#limits = limits;
    connection.onStatus(({ state }) => {
      if (state !== "connected") this.#forgetAll();
    });
  }

  /** How many objects are known. */
  get size(): number {
    return this.#recent.size;
  }

  /**
   * What an object says about itself. `flags` are the `CallFlag`s of the call, should it be made; calls
   * under way are shared. Failures are not kept. The result is shared, so it must not be changed.
   *
   * `timeoutMs`: milliseconds, 0 waits for ever. Rejects with DBusNodeError: DBUS_INTROSPECTION_FAILED
   * where the object has no introspection or none that can be read, else as `Connection.call`.
   */
  introspect(
    destination: string,
    path: string,
    timeoutMs = DEFAULT_TIMEOUT_SECONDS * 1000,
    flags = 0,
  ): Promise<IntrospectedObject> {
    const known = this.#services.get(destination)?.objects.get(path);
    if (known !== undefined) {
      this.#recent.delete(known);
      this.#recent.add(known);
      return Promise.resolve(known.model);
    }
    const service = this.#service(destination);
    // A call that may not start the service must not be the answer to one that may.
    const key = `${flags} ${path}`;
    const underWay = service.calls.get(key);
    if (underWay !== undefined) return underWay.wait(timeoutMs);
    const call = new IntrospectCall(this.#connection, { destination, path });
    service.calls.set(key, call);
    const answer = call.wait(timeoutMs);
    call.send(flags, (introspection) => {
      // Not there any more: the owner changed meanwhile, and the answer is the former one's.
      if (service.calls.get(key) !== call) return;
      service.calls.delete(key);
      this.#keep(service, path, introspection);
      this.#release(service);
    });
    return answer;
  }

  /**
   * The same, asked anew: an object may have other interfaces and children than when it was asked last,
   * under the same owner. The answer is kept where an older one was, or with `keep`.
   */
  refresh(destination: string, path: string, timeoutMs: number, flags = 0, keep = false): Promise<IntrospectedObject> {
    const call = new IntrospectCall(this.#connection, { destination, path });
    const service = keep ? this.#service(destination) : this.#services.get(destination);
    const kept = keep || service?.objects.has(path) === true;
    const key = `refresh ${path}`;
    if (kept) service?.calls.set(key, call);
    const answer = call.wait(timeoutMs);
    call.send(flags, (introspection) => {
      // Not there any more, or asked again: then this is not the latest answer of the present owner.
      if (service === undefined || service.calls.get(key) !== call) return;
      service.calls.delete(key);
      this.#keep(service, path, introspection);
      this.#release(service);
    });
    return answer;
  }

  #service(destination: string): Service {
    const present = this.#services.get(destination);
    if (present !== undefined) return present;
    const service: Service = { destination, watch: undefined, objects: new Map(), calls: new Map() };
    this.#services.set(destination, service);
    // Unique names have one owner in their life, and so has the bus. The rule goes out before the call,
    // so that no change of owner after the answer can be missed.
    if (checkWellKnownName(destination) === undefined && destination !== BUS_NAME) {
      service.watch = this.#connection.owners.watch(destination, (_owner, previous) => {
        if (previous !== undefined && previous !== "") this.#forget(service);
      });
    }
    return service;
  }

  #keep(service: Service, path: string, introspection: Introspection): void {
    if (introspection instanceof Error) return;
    const { model, size } = introspection;
    this.#drop(service.objects.get(path));
    const known = { service, path, model, size };
    service.objects.set(path, known);
    this.#recent.add(known);
    this.#characters += size;
    const { objects, characters, services } = this.#limits;
    for (const oldest of this.#recent) {
      const over = this.#recent.size > objects || this.#characters > characters || this.#services.size > services;
      if (!over || oldest === known) return;
      this.#drop(oldest);
      this.#release(oldest.service);
    }
  }

  #drop(known: KnownObject | undefined): void {
    if (known === undefined) return;
    known.service.objects.delete(known.path);
    this.#recent.delete(known);
    this.#characters -= known.size;
  }

  /** Calls under way go on for those who wait for them, but their answers are not kept. */
  #forget(service: Service): void {
    for (const known of [...service.objects.values()]) this.#drop(known);
    service.calls.clear();
    this.#release(service);
  }

  /** Calls stay: those that were sent have failed with the connection, the others wait for the next one. */
  #forgetAll(): void {
    for (const known of [...this.#recent]) {
      this.#drop(known);
      this.#release(known.service);
    }
  }

  #release(service: Service): void {
    if (service.objects.size > 0 || service.calls.size > 0) return;
    service.watch?.close();
    if (this.#services.get(service.destination) === service) this.#services.delete(service.destination);
  }
}

const caches = new WeakMap<Connection, IntrospectionCache>();

/** The one cache of a connection. */
export function introspectionOf(connection: Connection): IntrospectionCache {
  let cache = caches.get(connection);
  if (cache === undefined) {
    cache = new IntrospectionCache(connection);
    caches.set(connection, cache);
  }
  return cache;
}
