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

/** Every well-known name, or all below one. What has changed while there was no bus is told when it is back. */
function watchManyNames({ connection, selection, sink }: WatchContext, namespace: string): Watch {
  const fits = (name: string) =>
    !name.startsWith(":") &&
    name !== BUS_NAME &&
    (namespace === "" || name === namespace || name.startsWith(`${namespace}.`));
  /** Owners by name, once they have been asked for. */
  const known = new Map<string, string>();
  let asked = false;
  let closed = false;

  const changed = (name: string, newOwner: string, oldOwner = known.get(name) ?? "") => {
    if (newOwner === "") known.delete(name);
    else known.set(name, newOwner);
    const event = change(oldOwner, newOwner);
    if (event !== undefined) tell(sink, event, name, oldOwner, newOwner);
  };

  const onSignal = (message: IncomingMessage) => {
    if (message.signature !== "sss") return;
    const [name, oldOwner, newOwner] = message.body(PLAIN) as [string, string, string];
    if (fits(name)) changed(name, newOwner, oldOwner);
  };

  const ask = (member: string, signature: string, body: readonly string[], settle: (outcome: Outcome) => void) => {
    const target = { destination: BUS_NAME, path: BUS_PATH, interface: BUS_INTERFACE, timeoutMs: READ_TIMEOUT_MS };
    connection.request({ ...target, member, signature, body }, (outcome) => {
      // A loss is told by the connection's state, and all is asked anew after it.
      const lost = outcome instanceof DBusNodeError && outcome.code === "DBUS_DISCONNECTED";
      if (!closed && !lost) settle(outcome);
    });
  };

  /** The first time names are present; later ones that were not known have appeared meanwhile. */
  const found = (name: string, owner: string, first: boolean) => {
    const before = known.get(name);
    // A signal between question and answer has told already.
    if (first && before !== undefined) return;
    if (!first && before !== owner) return changed(name, owner);
    known.set(name, owner);
    if (selection.initial) tell(sink, "present", name, "", owner);
  };

  const askAll = () => {
    const first = !asked;
    ask("ListNames", "", [], (outcome) => {
      if (outcome instanceof DBusNodeError) return sink.failed(outcome);
      asked = true;
      const names = outcome.signature === "as" ? (outcome.body[0] as string[]).filter(fits) : [];
      for (const name of [...known.keys()]) if (!names.includes(name)) changed(name, "");
      for (const name of names) {
        ask("GetNameOwner", "s", [name], (answer) => {
          // It may have gone since, which a signal has told then.
          if (!(answer instanceof DBusNodeError)) found(name, String(answer.body[0]), first);
        });
      }
    });
  };

  const subscription = connection.subscribe(nameOwnerRule(namespace, namespace !== ""), onSignal, (error) =>
    sink.failed(error),
  );
  const stopStatus = connection.onStatus(({ state }) => {
    if (state === "connected") askAll();
  });
  if (connection.status.state === "connected") askAll();

  return {
    close: () => {
      closed = true;
      stopStatus();
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
