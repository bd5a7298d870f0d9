import type { Node, NodeAPI } from "node-red";
import { DBusNodeError } from "../lib/errors";
import { exporterOf, exporterWith } from "../lib/export/exporters";
import { checkPublishConfig } from "../lib/shared/check-publish";
import { type DBusPublishConfig, dbusPublishDefaults } from "../lib/shared/dbus-publish-config";
import { text } from "../lib/shared/text";
import { type BusLink, linkTo, showLink, targetOf } from "./support/bus-link";
import { RefusalMemory } from "./support/last-refusal";
import { claimName } from "./support/name-claim";
import { onInput } from "./support/on-input";
import { PublishedObjects } from "./support/publish-export";
import { CALL_TOKEN, replyOf } from "./support/publish-message";
import { signalFields } from "./support/publish-signal";
import { registerNode } from "./support/register-node";
import type { Status } from "./support/status";
import { contextStore, noStore } from "./support/value-store";

const ACTIONS = { export: exportNode, signal: signalNode, reply: replyNode };

export default function register(RED: NodeAPI): void {
  registerNode(RED, {
    type: "dbus-publish",
    defaults: dbusPublishDefaults,
    check: checkPublishConfig,
    start: (api, node, config, status) => ACTIONS[config.action](api, node, config, status),
  });
}

function exportNode(RED: NodeAPI, node: Node, config: DBusPublishConfig, status: Status): void {
  const link = linkTo(RED, target(config));
  const store = config.keepValues ? contextStore(node) : noStore;
  const objects = new PublishedObjects(config, link, node, store, () => shown.show());
  const name = claimName(RED, config, link, new RefusalMemory(node), () => shown.show());
  const shown = showLink(link, status, () => objects.show(status) || name.show(status));
  const close = () => {
    objects.close();
    leave(link, shown, name);
  };
  try {
    if (config.path !== "") objects.publish(config.path);
  } catch (error) {
    close();
    throw error;
  }

  onInput(RED, node, status, (message) => {
    objects.handle(message);
    shown.show();
    return link.connection.whenDrained();
  });
  node.on("close", () => {
    close();
    status.close();
  });
}

function signalNode(RED: NodeAPI, node: Node, config: DBusPublishConfig, status: Status): void {
  const link = linkTo(RED, target(config));
  const name = claimName(RED, config, link, new RefusalMemory(node), () => shown.show());
  const shown = showLink(link, status, () => name.show(status));

  onInput(RED, node, status, (message) => {
    exporterOf(link.connection).emit(signalFields(config, message));
    shown.show();
    return link.connection.whenDrained();
  });
  node.on("close", () => {
    leave(link, shown, name);
    status.close();
  });
}

function replyNode(RED: NodeAPI, node: Node, _config: DBusPublishConfig, status: Status): void {
  onInput(RED, node, status, (message) => {
    const token = message[CALL_TOKEN];
    if (typeof token !== "string") throw new DBusNodeError("DBUS_INVALID_FIELD", text("errors.no-call"));
    const exporter = exporterWith(token);
    if (exporter === undefined) throw new DBusNodeError("DBUS_CALL_OVER", text("errors.call-over"));
    exporter.reply(token, replyOf(message));
    status.show({ kind: "idle" });
  });
  node.on("close", () => status.close());
}

function leave(link: BusLink, shown: { stop(): void }, name: { release(): void }): void {
  name.release();
  shown.stop();
  link.release();
}

/** The dialog offers no `msg` for this node. */
function target(config: DBusPublishConfig) {
  return targetOf(config) ?? { kind: "session" as const };
}
