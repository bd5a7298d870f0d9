import type { HasAddress } from "./busctl";
import { type PeerMessage, RawPeer } from "./raw-peer";

/** Properties, all strings, by interface. */
export type Interfaces = Record<string, Record<string, string>>;

export interface ObjectServiceOptions {
  /** Where GetManagedObjects is answered; without it, nowhere. */
  readonly manager?: string;
}

/**
 * A service of objects with string properties, which the test changes and announces as it likes. It
 * answers in the order of the calls, after whatever the test has it emit before.
 */
export class ObjectService {
  readonly peer: RawPeer;
  readonly objects: Record<string, Interfaces>;
  /** The members that were called, with their paths. */
  readonly asked: string[] = [];
  /** Called before each answer; false leaves the call unanswered. */
  beforeAnswer: (call: PeerMessage) => boolean = () => true;

  static async start(
    bus: HasAddress,
    name: string,
    objects: Record<string, Interfaces>,
    { manager }: ObjectServiceOptions = {},
  ): Promise<ObjectService> {
    const peer = await RawPeer.join(bus);
    const service = new ObjectService(peer, objects, manager);
    await peer.own(name);
    return service;
  }

  private constructor(peer: RawPeer, objects: Record<string, Interfaces>, manager: string | undefined) {
    this.peer = peer;
    this.objects = objects;
    peer.serve((call) => {
      this.asked.push(`${call.member} ${call.path}`);
      if (!this.beforeAnswer(call)) return;
      const interfaces = this.objects[call.path ?? ""];
      if (call.member === "GetManagedObjects" && call.path === manager) {
        peer.reply(call, "a{oa{sa{sv}}}", [this.objects]);
      } else if (call.member === "Introspect") {
        peer.reply(call, "s", [this.#xml(call.path ?? "")]);
      } else if (call.member === "GetAll" && interfaces !== undefined) {
        peer.reply(call, "a{sv}", [interfaces[String(call.body[0])] ?? {}]);
      } else {
        peer.refuse(call, "org.freedesktop.DBus.Error.UnknownMethod", `no ${call.member} at ${call.path}`);
      }
    });
  }

  /** Emits PropertiesChanged; what is changed is stored. */
  change(path: string, interfaceName: string, values: Record<string, string>, invalidated: readonly string[] = []) {
    Object.assign(this.objects[path]?.[interfaceName] ?? {}, values);
    const signal = [path, "org.freedesktop.DBus.Properties", "PropertiesChanged"] as const;
    this.peer.emit(signal, "sa{sv}as", [interfaceName, values, invalidated]);
  }

  /** Adds an object and emits InterfacesAdded. */
  add(manager: string, path: string, interfaces: Interfaces): void {
    this.objects[path] = { ...this.objects[path], ...interfaces };
    const signal = [manager, "org.freedesktop.DBus.ObjectManager", "InterfacesAdded"] as const;
    this.peer.emit(signal, "oa{sa{sv}}", [path, interfaces]);
  }

  /** Removes interfaces of an object, and it with the last of them, and emits InterfacesRemoved. */
  remove(manager: string, path: string, interfaces: readonly string[]): void {
    for (const name of interfaces) delete this.objects[path]?.[name];
    if (Object.keys(this.objects[path] ?? {}).length === 0) delete this.objects[path];
    const signal = [manager, "org.freedesktop.DBus.ObjectManager", "InterfacesRemoved"] as const;
    this.peer.emit(signal, "oas", [path, interfaces]);
  }

  stop(): void {
    this.peer.close();
  }

  #xml(path: string): string {
    const below = path === "/" ? "/" : `${path}/`;
    const paths = Object.keys(this.objects).filter((other) => other.startsWith(below) && other !== path);
    const children = new Set(paths.map((other) => other.slice(below.length).split("/")[0]));
    const interfaces = Object.entries(this.objects[path] ?? {}).map(([name, properties]) => {
      const inner = Object.keys(properties).map((key) => `<property name="${key}" type="s" access="read"/>`);
      return `<interface name="${name}">${inner.join("")}</interface>`;
    });
    return `<node>${interfaces.join("")}${[...children].map((name) => `<node name="${name}"/>`).join("")}</node>`;
  }
}
