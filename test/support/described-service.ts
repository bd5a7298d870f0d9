import type { HasAddress } from "./busctl";
import { RawPeer } from "./raw-peer";

/** A service whose introspection XML, object by object, is what the test says; its properties have these values. */
export async function startDescribed(
  bus: HasAddress,
  name: string,
  objects: Readonly<Record<string, string>>,
  values: Readonly<Record<string, unknown>> = {},
): Promise<RawPeer> {
  const peer = await RawPeer.join(bus);
  peer.serve((call) => {
    const path = call.path ?? "";
    if (call.member === "Introspect")
      peer.reply(call, "s", [`<node>${objects[path] ?? ""}${childrenOf(path, objects)}</node>`]);
    else if (call.member === "GetAll") peer.reply(call, "a{sv}", [values]);
    else peer.refuse(call, "org.freedesktop.DBus.Error.UnknownMethod", `no ${call.member} at ${path}`);
  });
  await peer.own(name);
  return peer;
}

function childrenOf(path: string, objects: Readonly<Record<string, string>>): string {
  const below = path === "/" ? "/" : `${path}/`;
  const paths = Object.keys(objects).filter((other) => other !== path && other.startsWith(below));
  const names = new Set(paths.map((other) => other.slice(below.length).split("/")[0]));
  return [...names].map((child) => `<node name="${child}"/>`).join("");
}
