import { checkInterfaceName } from "../lib/shared/names";
import { checkOwnedName } from "../lib/shared/policy-options";
import { type Text, text } from "../lib/shared/text";

/** A name that a flow owns on the system bus, with what its objects offer under it. */
export interface PublishedName {
  readonly name: string;
  readonly interfaces: readonly string[];
  /** Others may write a property. */
  readonly writable: boolean;
}

export interface PublishedNames {
  /** In the order of the flow, each once. */
  readonly names: readonly PublishedName[];
  /** Names that could not be taken, and why. */
  readonly skipped: readonly Text[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a flow publishes on the system bus: each name of a `dbus-publish` node that is enabled. `flows` is
 * parsed JSON of any of Node-RED's forms: an array of nodes, or `{flows: [...]}`. Undefined for
 * anything else.
 */
export function publishedNames(flows: unknown): PublishedNames | undefined {
  const list: unknown = isFields(flows) ? flows["flows"] : flows;
  if (!Array.isArray(list)) return undefined;
  const nodes = list.filter(isFields);
  const disabled = new Set(nodes.filter(({ disabled }) => disabled === true).map(({ id }) => id));
  const found = new Map<string, { readonly interfaces: Set<string>; writable: boolean }>();
  const skipped: Text[] = [];
  for (const node of nodes) {
    if (node["type"] !== "dbus-publish" || node["bus"] !== "system") continue;
    if (node["d"] === true || disabled.has(node["z"]) || node["action"] === "reply") continue;
    const name = textOf(node["busName"]);
    if (name === "") continue;
    const problem = checkOwnedName(name);
    if (problem !== undefined) {
      const key = name.startsWith("${") ? "cli.policy.name-variable" : "cli.policy.name-invalid";
      skipped.push(text(key, { name, node: String(node["id"]), problem }));
      continue;
    }
    const entry = found.get(name) ?? { interfaces: new Set<string>(), writable: false };
    found.set(name, entry);
    // A node that emits signals may still have the rows of an object that it exported before.
    if ((node["action"] ?? "export") !== "export") continue;
    const interfaceName = textOf(node["interface"]);
    if (interfaceName !== "" && checkInterfaceName(interfaceName) === undefined) entry.interfaces.add(interfaceName);
    if (hasWritable(node["properties"])) entry.writable = true;
  }
  const names = Array.from(found, ([name, { interfaces, writable }]) => ({
    name,
    interfaces: [...interfaces],
    writable,
  }));
  return { names, skipped };
}

function hasWritable(properties: unknown): boolean {
  const rows: readonly unknown[] = Array.isArray(properties) ? properties : [];
  return rows.some((row) => isFields(row) && (row["access"] === "write" || row["access"] === "readwrite"));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
