import type { NodeAPI } from "node-red";
import type { NameState } from "../../lib/bus/owned-names";
import type { DBusNodeError } from "../../lib/errors";
import type { Explanation } from "../../lib/policy/explain";
import type { DBusPublishConfig } from "../../lib/shared/dbus-publish-config";
import { type Text, text } from "../../lib/shared/text";
import type { BusLink } from "./bus-link";
import { explanationOf } from "./explain-error";
import type { RefusalMemory } from "./last-refusal";
import { saidIn } from "./refused-error";
import type { Status } from "./status";
import { translate } from "./texts";

/** A node's share in the name that it owns on the bus. */
export interface ShownName {
  /** Shows what has become of it. Whether there is anything to show. */
  show(status: Status): boolean;
  release(): void;
}

/** Names whose state the log has told, by bus; of several nodes with one name, one tells. */
const toldStates = new Map<string, NameState>();

/** Asks for the node's name; `changed` is told when there is something new to show. */
export function claimName(
  RED: NodeAPI,
  { busName, ...options }: DBusPublishConfig,
  link: BusLink,
  memory: RefusalMemory,
  changed: () => void,
): ShownName {
  if (busName === "") return { show: () => false, release: () => {} };
  const told = (state: NameState, error?: DBusNodeError) => {
    const explanation = error === undefined ? undefined : explanationOf(error, link, { name: busName });
    if (explanation !== undefined) memory.keep(explanation, link, { name: busName });
    else if (state !== "pending") memory.clear({ name: busName });
    if (state !== "pending") log(RED, busName, state, link, error, explanation);
  };
  const claim = link.connection.names.request(busName, options, (state, error) => {
    changed();
    told(state, error);
  });
  // Another node was refused it before.
  if (claim.state === "refused") told(claim.state, claim.error);
  return {
    show: (status) => {
      status.show({ kind: "name", name: busName, state: claim.state });
      return true;
    },
    release: () => {
      claim.release();
      // After a deploy it is worth telling again.
      toldStates.delete(keyOf(link, busName));
    },
  };
}

function log(
  RED: NodeAPI,
  name: string,
  state: NameState,
  link: BusLink,
  error: DBusNodeError | undefined,
  explanation: Explanation | undefined,
): void {
  const key = keyOf(link, name);
  const before = toldStates.get(key);
  if (before === state) return;
  toldStates.set(key, state);
  // What goes as it should is told only where it did not before.
  if (state === "owned" && before === undefined) return;
  const params = { name, bus: text(`buses.${link.target.kind}`) };
  const what = error === undefined ? text(`log.name-${state}`, params) : refusedText(params, error, explanation);
  const tell = state === "owned" ? RED.log.info : RED.log.warn;
  tell.call(RED.log, translate(RED, what));
}

function refusedText(
  params: { readonly name: string; readonly bus: Text },
  error: DBusNodeError,
  explanation: Explanation | undefined,
): Text {
  if (explanation === undefined) return text("log.name-not-given", { ...params, reason: error.text });
  const { meaning, advice } = explanation;
  return text("log.name-refused", { meaning, advice, message: saidIn(error) });
}

function keyOf({ connection }: BusLink, name: string): string {
  return `${connection.address} ${name}`;
}
