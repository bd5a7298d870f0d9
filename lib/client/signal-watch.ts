import { asNodeError } from "../errors";
import { matchRuleOf } from "../shared/selection-rule";
import { fromArguments } from "../values/arguments";
import type { IncomingMessage } from "../wire/types";
import type { Watch, WatchContext } from "./watch";

/** `listen: "signal"`: every signal that fits, in order. */
export function watchSignals({ connection, selection, decode, sink }: WatchContext): Watch {
  const onSignal = (message: IncomingMessage) => {
    const { sender, signature } = message;
    const path = message.path ?? "";
    const member = message.member ?? "";
    let payload: unknown;
    try {
      payload = fromArguments(message.body(decode));
    } catch (error) {
      return sink.failed(asNodeError(error));
    }
    sink.event({
      event: "signal",
      topic: member,
      payload,
      sender,
      path,
      interface: message.interface ?? "",
      member,
      signature,
      key: `${path} ${member}`,
      additive: false,
    });
  };
  return connection.subscribe(matchRuleOf(selection), onSignal, (error) => sink.failed(error));
}
