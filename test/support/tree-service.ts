import type { HasAddress } from "./busctl";
import { type PeerMessage, RawPeer } from "./raw-peer";

export interface Tree {
  /** Introspection XML; undefined refuses the call, "silent" leaves it unanswered. */
  readonly xml: (path: string) => string | undefined;
  /** What GetManagedObjects is answered; without it, or where it gives undefined, refused. A string is of the wrong type. */
  readonly managed?: (path: string) => object | string | undefined;
  /** What GetAll is answered; without it, or where it gives undefined, refused. */
  readonly properties?: (path: string, interfaceName: string) => Record<string, unknown> | "silent" | undefined;
}

/** A service that says of its objects whatever the test has it say, true or not. */
export class TreeService {
  readonly peer: RawPeer;
  /** The members that were called, with their paths. */
  readonly asked: string[] = [];

  static async start(bus: HasAddress, name: string, tree: Tree): Promise<TreeService> {
    const peer = await RawPeer.join(bus);
    const service = new TreeService(peer, tree);
    await peer.own(name);
    return service;
  }

  private constructor(peer: RawPeer, tree: Tree) {
    this.peer = peer;
    peer.serve((call) => this.#answer(call, tree));
  }

  stop(): void {
    this.peer.close();
  }

  #answer(call: PeerMessage, { xml, managed, properties }: Tree): void {
    const path = call.path ?? "";
    this.asked.push(`${call.member} ${path}`);
    const [signature, value] =
      call.member === "Introspect"
        ? ["s", xml(path)]
        : call.member === "GetManagedObjects"
          ? ["a{oa{sa{sv}}}", managed?.(path)]
          : ["a{sv}", properties?.(path, String(call.body[0]))];
    if (value === "silent") return;
    if (value === undefined) {
      this.peer.refuse(call, "org.freedesktop.DBus.Error.UnknownMethod", `no ${call.member} at ${path}`);
    } else {
      this.peer.reply(call, typeof value === "string" ? "s" : signature, [value]);
    }
  }
}

/** Of an object with these interfaces (each with its inner XML) and children. */
export function nodeXml(interfaces: Readonly<Record<string, string>>, children: Iterable<string> = []): string {
  const own = Object.entries(interfaces).map(([name, inner]) => `<interface name="${name}">${inner}</interface>`);
  return `<node>${own.join("")}${Array.from(children, (name) => `<node name="${name}"/>`).join("")}</node>`;
}

/** Objects below `/tree`, a hundred to a branch, each with one interface: `count` of them in all, the branches included. */
export function wideTree(count: number): Tree["xml"] {
  const documents = new Map<string, string>([["/", nodeXml({}, ["tree"])]]);
  const branches = Math.ceil(count / 100);
  documents.set("/tree", nodeXml({}, range(branches, "branch")));
  const inner = `<property name="Value" type="s" access="read"/><method name="Do"><arg type="s" direction="in"/></method>`;
  for (const [index, branch] of range(branches, "branch").entries()) {
    const leaves = range(Math.min(99, count - 1 - index * 100), "leaf");
    documents.set(`/tree/${branch}`, nodeXml({ "com.example.Branch": inner }, leaves));
    for (const leaf of leaves) documents.set(`/tree/${branch}/${leaf}`, nodeXml({ "com.example.Leaf": inner }));
  }
  return (path) => documents.get(path);
}

/** What an object manager at `/` says of so many objects with so many properties each. */
export function managedObjects(count: number, properties: number): object {
  const values = Object.fromEntries(range(properties, "Property").map((name) => [name, `value of ${name}`]));
  return Object.fromEntries(range(count, "/managed/object").map((path) => [path, { "com.example.Leaf": values }]));
}

function range(count: number, stem: string): string[] {
  return Array.from({ length: count }, (_, index) => `${stem}${index}`);
}
