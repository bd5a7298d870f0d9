import { asNodeError, DBusNodeError } from "../errors";
import { matchRuleOf } from "../shared/selection-rule";
import type { IncomingMessage } from "../wire/types";
import { getManagedObjects, type InterfaceValues, OBJECT_MANAGER } from "./properties";
import { followService, type Watch, type WatchContext, type WatchEventKind } from "./watch";

/**
 * `listen: "objects"`: the objects of an object manager, present, added and removed. When the service
 * goes, so do its objects.
 */
export function watchObjects({ connection, selection, decode, sink }: WatchContext): Watch {
  /** The interfaces of each object that is there. */
  const known = new Map<string, Set<string>>();
  let closed = false;

  const tell = (
    event: WatchEventKind,
    path: string,
    payload: unknown,
    sender: string,
    member: string,
    signature: string,
  ) => {
    const common = { interface: OBJECT_MANAGER, member, signature, key: `${path} ${event}`, additive: false };
    sink.event({ event, topic: path, payload, sender, path, ...common });
  };

  const note = (path: string, interfaces: InterfaceValues) => {
    const names = known.get(path) ?? new Set();
    for (const name of Object.keys(interfaces)) names.add(name);
    known.set(path, names);
  };

  const removed = (path: string, names: readonly string[], sender: string) => {
    const left = known.get(path);
    for (const name of names) left?.delete(name);
    if (left?.size === 0) known.delete(path);
    tell("removed", path, names, sender, "InterfacesRemoved", "oas");
  };

  const onSignal = (message: IncomingMessage) => {
    const sender = message.sender ?? "";
    try {
      if (message.member === "InterfacesAdded" && message.signature === "oa{sa{sv}}") {
        const [path, interfaces] = message.body(decode) as [string, InterfaceValues];
        note(path, interfaces);
        tell("added", path, interfaces, sender, "InterfacesAdded", message.signature);
      } else if (message.member === "InterfacesRemoved" && message.signature === "oas") {
        const [path, names] = message.body(decode) as [string, string[]];
        removed(path, names, sender);
      }
    } catch (error) {
      sink.failed(asNodeError(error));
    }
  };

  /** What was there before a reconnect and is not any more is told as removed. */
  const present = (owner: string) => {
    getManagedObjects({ connection, decode, destination: owner, path: selection.path }, (outcome) => {
      // The answer of an owner that has gone since, or why it gave none, is of no interest.
      if (closed || connection.owners.ownerOf(selection.sender) !== owner) return;
      if (outcome instanceof DBusNodeError) return sink.failed(outcome);
      for (const [path, names] of [...known]) {
        const left = Object.hasOwn(outcome, path) ? outcome[path] : undefined;
        const gone = [...names].filter((name) => left === undefined || !Object.hasOwn(left, name));
        if (gone.length > 0 || left === undefined) removed(path, gone, owner);
      }
      for (const [path, interfaces] of Object.entries(outcome)) {
        note(path, interfaces);
        if (selection.initial) tell("present", path, interfaces, owner, "GetManagedObjects", "a{oa{sa{sv}}}");
      }
    });
  };

  const subscription = connection.subscribe(matchRuleOf(selection), onSignal, (error) => sink.failed(error));
  const service = followService(connection, selection.sender, selection.initial, {
    appeared: present,
    vanished: (owner) => {
      for (const [path, names] of [...known]) removed(path, [...names], owner);
    },
  });

  return {
    close: () => {
      closed = true;
      subscription.close();
      service.close();
    },
  };
}
