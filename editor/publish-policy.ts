import { completeRows } from "../lib/shared/complete-rows";
import { type DBusPublishConfig, dbusPublishDefaults } from "../lib/shared/dbus-publish-config";
import { checkInterfaceName } from "../lib/shared/names";
import { checkOwnedName } from "../lib/shared/policy-options";
import { withDefaults } from "../lib/shared/with-defaults";
import type { PolicySubject } from "./components/policy-form";

type Publisher = FlowNode & Partial<DBusPublishConfig> & { readonly d?: boolean };

/**
 * On the system bus a name is owned only where a policy file allows it. The file is the name's: whatever the
 * nodes that share it export is in it, in the order of the flows, so that each of their dialogs shows the same.
 * `config` is what the dialog of the node with this id says now.
 */
export function policySubject(id: string, config: DBusPublishConfig): PolicySubject | undefined {
  const { bus, action, busName } = config;
  if (bus !== "system" || action === "reply" || checkOwnedName(busName) !== undefined) return undefined;
  const exports = publishers(id, config).filter(
    (node) => node.bus === "system" && node.action === "export" && node.busName === busName,
  );
  return {
    name: busName,
    interfaces: [...new Set(exports.map((node) => node.interface))].filter(
      // What is wrong with another node's interface is said there.
      (name) => name !== "" && (name === config.interface || checkInterfaceName(name) === undefined),
    ),
    writable: exports.some(({ properties }) =>
      completeRows({ properties, methods: [], signals: [] }).properties.some(isWritable),
    ),
    destination: "",
  };
}

/** Every dbus-publish node that a deploy would start. */
function publishers(id: string, config: DBusPublishConfig): readonly DBusPublishConfig[] {
  const found: DBusPublishConfig[] = [];
  RED.nodes.eachNode((node: Publisher) => {
    if (node.id === id) found.push(config);
    else if (node.type === "dbus-publish" && node.d !== true && RED.nodes.workspace(node.z)?.disabled !== true) {
      found.push(withDefaults(dbusPublishDefaults, node));
    }
  });
  return found;
}

function isWritable({ access }: DBusPublishConfig["properties"][number]): boolean {
  return access !== "read";
}
