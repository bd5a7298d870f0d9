import { isWithinPath } from "../bus/rule-matching";
import { asNodeError, DBusNodeError } from "../errors";
import { matchRuleOf } from "../shared/selection-rule";
import { setOwn } from "../values/containers";
import type { IncomingMessage } from "../wire/types";
import { type PresentProperties, presentProperties } from "./present-properties";
import { getAll, type PropertyValues } from "./properties";
import { followService, type Watch, type WatchContext, type WatchEventKind } from "./watch";

interface ChangedObject {
  readonly sender: string;
  readonly path: string;
  readonly interface: string;
}

/**
 * `listen: "properties"`: present values where asked, then every change. Replies and signals are told in
 * the bus's order, so a present value never follows a newer one.
 */
export function watchProperties(context: WatchContext): Watch {
  const { connection, selection, decode, sink } = context;
  const wanted = new Set(selection.properties);
  const single = selection.properties.length === 1 ? selection.properties[0] : undefined;
  let closed = false;
  /** What an owner answers that has gone since, or why it does not, is of no interest. */
  const isOwner = (sender: string) => !closed && connection.owners.ownerOf(selection.sender) === sender;

  const chosen = (values: PropertyValues): PropertyValues => {
    if (wanted.size === 0) return values;
    const kept: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(values)) if (wanted.has(name)) setOwn(kept, name, value);
    return kept;
  };

  const tell = (
    event: WatchEventKind,
    object: ChangedObject,
    values: PropertyValues,
    invalidated: readonly string[] = [],
  ) => {
    const names = Object.keys(values);
    if (names.length === 0 && invalidated.length === 0) return;
    sink.event({
      event,
      topic: single ?? [...names, ...invalidated].join(","),
      payload: single === undefined ? values : values[single],
      member: "PropertiesChanged",
      signature: "sa{sv}as",
      key: `${object.path} ${object.interface}`,
      additive: single === undefined,
      ...object,
      ...(invalidated.length > 0 ? { details: { invalidated } } : {}),
    });
  };

  /** One read serves all that a signal invalidated. */
  const fetch = (object: ChangedObject, names: readonly string[]) => {
    getAll({ connection, decode, destination: object.sender, path: object.path }, object.interface, (outcome) => {
      if (!isOwner(object.sender)) return;
      if (outcome instanceof DBusNodeError) return sink.failed(outcome);
      const values: Record<string, unknown> = {};
      for (const name of names) if (Object.hasOwn(outcome, name)) setOwn(values, name, outcome[name]);
      tell("changed", object, values);
    });
  };

  const onSignal = (message: IncomingMessage) => {
    if (message.signature !== "sa{sv}as") return;
    let body: unknown[];
    try {
      body = message.body(decode);
    } catch (error) {
      return sink.failed(asNodeError(error));
    }
    const [interfaceName, changed, invalidated] = body as [string, PropertyValues, string[]];
    const object = { sender: message.sender ?? "", path: message.path ?? "", interface: interfaceName };
    const gone = wanted.size === 0 ? invalidated : invalidated.filter((name) => wanted.has(name));
    if (selection.invalidated === "report") return tell("changed", object, chosen(changed), gone);
    tell("changed", object, chosen(changed));
    if (gone.length > 0) fetch(object, gone);
  };

  const subscription = connection.subscribe(matchRuleOf(selection), onSignal, (error) => sink.failed(error));
  const service = followService(connection, selection.sender, selection.initial, {
    appeared: (owner) => {
      if (!selection.initial) return;
      const found = (present: PresentProperties | DBusNodeError) => {
        if (present instanceof DBusNodeError) return sink.failed(present);
        if (selection.interface !== "" && present.interface !== selection.interface) return;
        if (selection.pathNamespace && !isWithinPath(present.path, selection.path)) return;
        tell("initial", { sender: owner, path: present.path, interface: present.interface }, chosen(present.values));
      };
      presentProperties({ ...context, destination: owner, wanted: () => isOwner(owner), found });
    },
    vanished: (owner) => {
      if (!selection.vanished) return;
      sink.event({
        event: "vanished",
        topic: single ?? selection.sender,
        payload: undefined,
        sender: owner,
        path: selection.path,
        interface: selection.interface,
        member: "NameOwnerChanged",
        signature: "",
        key: "vanished",
        additive: false,
      });
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
