import { BUS_INTERFACE, BUS_NAME, BUS_PATH } from "../bus/bus-driver";
import type { Outcome } from "../bus/call";
import { DBusNodeError } from "../errors";
import { nameOwnerRule } from "../shared/match-rule";
import type { DecodeOptions, IncomingMessage } from "../wire/types";
import { READ_TIMEOUT_MS } from "./properties";
import type { Watch, WatchContext, WatchEventKind } from "./watch";

const PLAIN: DecodeOptions = { int64: "auto", keepTypes: false };

/** `listen: "names"`: bus names that come, go, and change hands. */
export function watchNames(context: WatchContext): Watch {
  const { sender: name, nameNamespace } = context.selection;
  return name === "" || nameNamespace ? watchManyNames(context, name) : watchOneName(context, name);
}

/** One name. After a reconnect, what has changed meanwhile is told as it would have been. */
function watchOneName({ connection, selection, sink }: WatchContext, name: string): Watch {
  let known: string | undefined;
  const changed = (owner: string) => {
    const before = known;
    known = owner;
    const event = change(before ?? "", owner);
    if (before !== undefined && event !== undefined) return tell(sink, event, name, before, owner);
    if (selection.initial) tell(sink, owner === "" ? "absent" : "present", name, "", owner);
  };
  const watch = connection.owners.watch(name, changed);
  if (watch.owner !== undefined) changed(watch.owner);
  return watch;
}

/** Every well-known name, or all below one. */
function watchManyNames({ connection, selection, sink }: WatchContext, namespace: string): Watch {
  const fits = (name: string) =>
    !name.startsWith(":") &&
    name !== BUS_NAME &&
    (namespace === "" || name === namespace || name.startsWith(`${namespace}.`));
  let closed = false;

  const onSignal = (message: IncomingMessage) => {
    if (message.signature !== "sss") return;
    const [name, oldOwner, newOwner] = message.body(PLAIN) as [string, string, string];
    const event = change(oldOwner, newOwner);
    if (event !== undefined && fits(name)) tell(sink, event, name, oldOwner, newOwner);
  };

  const ask = (member: string, body: readonly string[], settle: (outcome: Outcome) => void) => {
    const target = { destination: BUS_NAME, path: BUS_PATH, interface: BUS_INTERFACE };
    connection.request(
      { ...target, member, signature: body.length > 0 ? "s" : "", body, timeoutMs: READ_TIMEOUT_MS },
      settle,
    );
  };

  const listPresent = () => {
    ask("ListNames", [], (outcome) => {
      if (outcome instanceof DBusNodeError) return sink.failed(outcome);
      for (const name of outcome.body[0] as string[]) {
        if (!fits(name)) continue;
        ask("GetNameOwner", [name], (answer) => {
          // It may have gone since, which a signal has told then.
          if (!closed && !(answer instanceof DBusNodeError)) tell(sink, "present", name, "", String(answer.body[0]));
        });
      }
    });
  };

  const subscription = connection.subscribe(nameOwnerRule(namespace, namespace !== ""), onSignal, (error) =>
    sink.failed(error),
  );
  const stopStatus = selection.initial
    ? connection.onStatus(({ state }) => {
        if (state === "connected") listPresent();
      })
    : undefined;
  if (selection.initial && connection.status.state === "connected") listPresent();

  return {
    close: () => {
      closed = true;
      stopStatus?.();
      subscription.close();
    },
  };
}

/** Undefined where nothing has changed. */
function change(oldOwner: string, newOwner: string): WatchEventKind | undefined {
  if (oldOwner === newOwner) return undefined;
  if (oldOwner === "") return "appeared";
  return newOwner === "" ? "vanished" : "changed";
}

function tell(
  sink: WatchContext["sink"],
  event: WatchEventKind,
  name: string,
  oldOwner: string,
  newOwner: string,
): void {
  sink.event({
    event,
    topic: name,
    payload: { name, oldOwner, newOwner },
    sender: BUS_NAME,
    path: BUS_PATH,
    interface: BUS_INTERFACE,
    member: "NameOwnerChanged",
    signature: "sss",
    key: name,
    additive: false,
  });
}
