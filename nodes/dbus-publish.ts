import type { Node, NodeAPI, NodeMessage } from "node-red";
import { asNodeError, DBusNodeError } from "../lib/errors";
import { NO_REPLY_WANTED } from "../lib/export/exported-interface";
import { exporterOf, exporterWith } from "../lib/export/exporters";
import { checkPublishConfig } from "../lib/shared/check-publish";
import { type DBusPublishConfig, dbusPublishDefaults } from "../lib/shared/dbus-publish-config";
import type { MethodDefinition } from "../lib/shared/interface-definition";
import { type Text, text } from "../lib/shared/text";
import { type BusLink, linkTo, showLink, targetOf } from "./support/bus-link";
import { whenFlowsStarted } from "./support/flows-started";
import { RefusalMemory } from "./support/last-refusal";
import { lateRefusals } from "./support/late-refusals";
import { claimName, type ShownName } from "./support/name-claim";
import { onInput } from "./support/on-input";
import { PublishedObjects } from "./support/publish-export";
import { CALL_TOKEN, replyOf } from "./support/publish-message";
import { handedOver, signalFields } from "./support/publish-signal";
import { registerNode } from "./support/register-node";
import { flowError } from "./support/report-error";
import { problemShown, type Shown, type Status } from "./support/status";
import { translate } from "./support/texts";
import { ContextStore, noStore } from "./support/value-store";

/** While kept values are read, there is nothing on the bus yet. */
const STARTING: Shown = { kind: "connection", status: { state: "connecting" } };

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
  const warn = (problem: Text) => node.warn(translate(RED, problem));
  const store = config.keepValues ? new ContextStore(node, warn) : noStore;
  const calls = { changed: () => shown.show(), unanswered: unansweredWarning(warn) };
  const objects = new PublishedObjects(config, link, node, store, calls);
  let name: ShownName | undefined;
  let problem: DBusNodeError | undefined;
  let closed = false;
  let forget = () => {};
  const shown = showLink(link, status, () => {
    if (problem !== undefined) status.show(problemShown(problem));
    else if (name === undefined) status.show(STARTING);
    return problem !== undefined || name === undefined || objects.show(status) || name.show(status);
  });
  const publish = () => {
    if (closed) return;
    try {
      // The object first: who finds the name finds it with its values.
      if (config.path !== "") objects.publish(config.path);
      name = claimName(RED, config, link, new RefusalMemory(node), () => shown.show());
      problem = undefined;
    } catch (thrown) {
      if (problem === undefined) node.error(flowError(RED, thrown));
      problem = asNodeError(thrown);
      // A later deploy may take away the node that has the object.
      forget = whenFlowsStarted(RED, publish);
    }
    shown.show();
  };
  const ready = store.load().then(publish);

  const handle = (message: NodeMessage) => {
    if (closed) throw new DBusNodeError("DBUS_DISCONNECTED", text("errors.closed"));
    if (problem !== undefined) throw problem;
    const emitted = objects.handle(message);
    shown.show();
    return handedOver(link, emitted);
  };
  onInput(RED, node, status, (message) => (name === undefined ? ready.then(() => handle(message)) : handle(message)));
  node.on("close", () => {
    closed = true;
    forget();
    objects.close();
    leave(link, shown, name);
    status.close();
  });
}

function signalNode(RED: NodeAPI, node: Node, config: DBusPublishConfig, status: Status): void {
  const link = linkTo(RED, target(config));
  const name = claimName(RED, config, link, new RefusalMemory(node), () => shown.show());
  const shown = showLink(link, status, () => name.show(status));

  const lateRefusal = lateRefusals(RED, node, status, "signal");

  onInput(RED, node, status, (message) => {
    const fields = signalFields(config, message);
    const refused = fields.destination ? lateRefusal(message, link.target) : undefined;
    exporterOf(link.connection).emit(fields, refused);
    shown.show();
    return handedOver(link, fields.member);
  });
  node.on("close", () => {
    leave(link, shown, name);
    status.close();
  });
}

function replyNode(RED: NodeAPI, node: Node, _config: DBusPublishConfig, status: Status): void {
  const lateRefusal = lateRefusals(RED, node, status, "answer");
  onInput(RED, node, status, (message) => {
    const token = message[CALL_TOKEN];
    if (typeof token !== "string") throw new DBusNodeError("DBUS_INVALID_FIELD", text("errors.no-call"));
    if (token === NO_REPLY_WANTED) return status.show({ kind: "idle" });
    const exporter = exporterWith(token);
    if (exporter === undefined) throw new DBusNodeError("DBUS_CALL_OVER", text("errors.call-over"));
    const { address } = exporter;
    exporter.reply(token, replyOf(message), lateRefusal(message, { kind: "address", address }));
    status.show({ kind: "idle" });
  });
  node.on("close", () => status.close());
}

/** Told once for each method: a flow that does not answer one never does. */
function unansweredWarning(warn: (problem: Text) => void): (method: MethodDefinition) => void {
  const told = new Set<string>();
  return ({ name: member, timeout: seconds }) => {
    if (told.has(member)) return;
    told.add(member);
    warn(text("log.unanswered", { member, seconds }));
  };
}

function leave(link: BusLink, shown: { stop(): void }, name: ShownName | undefined): void {
  name?.release();
  shown.stop();
  link.release();
}

/** The dialog offers no `msg` for this node. */
function target(config: DBusPublishConfig) {
  return targetOf(config) ?? { kind: "session" as const };
}
