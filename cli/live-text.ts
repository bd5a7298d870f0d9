import type { DBusNodeError } from "../lib/errors";
import { explain } from "../lib/policy/explain";
import type { PolicyOptions } from "../lib/shared/policy-options";
import { type Text, text } from "../lib/shared/text";
import type { LiveState } from "./live-policy";

/** What the bus said, as a sentence. */
export function liveText(live: LiveState, options: PolicyOptions): Text {
  const { user } = options;
  const name = options.preset === "client" ? options.destination : options.name;
  const isClient = options.preset === "client";
  switch (live.state) {
    case "no-bus":
      return text("cli.policy.live.no-bus", { reason: live.error.text });
    case "owned": {
      const key = live.isUser || options.preset === "permissive" ? "owned" : "owned-by-other";
      return text(`cli.policy.live.${key}`, { name, user, uid: live.uid ?? "" });
    }
    case "allowed":
      return text(isClient ? "cli.policy.live.may-call" : "cli.policy.live.may-own", { name, user });
    case "refused":
      return text("cli.policy.live.refused", { reason: refusalText(live.error, options) });
    case "untried":
      return text(isClient ? "cli.policy.live.untried-call" : "cli.policy.live.untried", { name, user });
    case "not-this-user":
      return text("cli.policy.live.not-this-user", { user });
    case "no-such-user":
      return text("cli.policy.live.no-such-user", { user });
    case "nobody-to-call":
      return text("cli.policy.live.nobody-to-call", { name });
  }
}

function refusalText({ dbusName, byBus, body, asked, text: said }: DBusNodeError, options: PolicyOptions): Text {
  const [first] = body ?? [];
  const reply = { dbusName, byBus, message: typeof first === "string" ? first : "" };
  const { user, name } = options;
  return explain(reply, { user, name, destination: asked?.destination })?.meaning ?? said;
}
