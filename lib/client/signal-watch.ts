import { CallFlag } from "../bus/transport";
import { asNodeError } from "../errors";
import { findSignal } from "../introspect/lookup";
import type { IntrospectedObject } from "../introspect/model";
import { matchRuleOf } from "../shared/selection-rule";
import { argumentsByName, fromArguments } from "../values/arguments";
import type { IncomingMessage } from "../wire/types";
import { READ_TIMEOUT_MS } from "./properties";
import { followService, type Watch, type WatchContext } from "./watch";

/** `listen: "signal"`: every signal that fits, in order. */
export function watchSignals(context: WatchContext): Watch {
  const { connection, selection, decode, sink } = context;
  const declared = watchDeclaration(context);

  const onSignal = (message: IncomingMessage) => {
    const { sender, signature } = message;
    const path = message.path ?? "";
    const member = message.member ?? "";
    const interfaceName = message.interface ?? "";
    let body: readonly unknown[];
    try {
      body = message.body(decode);
    } catch (error) {
      return sink.failed(asNodeError(error));
    }
    const model = declared?.model;
    const args = model && findSignal(model, member, interfaceName, signature)?.args.map(({ name }) => name);
    const named = argumentsByName(body, args ?? []);
    sink.event({
      event: "signal",
      topic: member,
      payload: fromArguments(body),
      sender,
      path,
      interface: interfaceName,
      member,
      signature,
      key: `${path} ${member}`,
      additive: false,
      ...(named === undefined ? {} : { details: { arguments: named } }),
    });
  };

  const subscription = connection.subscribe(matchRuleOf(selection), onSignal, (error) => sink.failed(error));
  return {
    close: () => {
      subscription.close();
      declared?.close();
    },
  };
}

interface Declaration extends Watch {
  /** What the object says about itself; undefined while that is not known. */
  readonly model: IntrospectedObject | undefined;
}

/**
 * Asks the one object that is listened to, beside its signals, for what its signals' arguments are
 * called: no signal waits for that, and a service is not started for it. Undefined where any object may
 * be the sender.
 */
function watchDeclaration({ connection, introspection, selection }: WatchContext): Declaration | undefined {
  const { sender, path, pathNamespace } = selection;
  if (sender === "" || path === "" || pathNamespace) return undefined;
  let model: IntrospectedObject | undefined;
  let present = "";
  const appeared = (owner: string) => {
    model = undefined;
    present = owner;
    introspection.introspect(owner, path, READ_TIMEOUT_MS, CallFlag.noAutoStart).then(
      (found) => {
        if (present === owner) model = found;
      },
      // Then the arguments have no names here.
      () => undefined,
    );
  };
  const vanished = () => {
    model = undefined;
    present = "";
  };
  const service = followService(connection, sender, false, { appeared, vanished });
  return {
    get model() {
      return model;
    },
    close: () => service.close(),
  };
}
