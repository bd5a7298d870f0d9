import type { PolicyBusState, PolicyEffect, PolicyFileState, PolicyState } from "../shared/admin";
import type { PolicyOptions } from "../shared/policy-options";
import { type Text, text } from "../shared/text";
import { RELOAD_COMMAND } from "./command-line";

/** What was found where a file goes. */
export type FoundFile =
  | { readonly state: Exclude<PolicyFileState, "unreadable" | "unseen">; readonly file: string }
  | { readonly state: "unreadable"; readonly file: string; readonly reason: string }
  /** The bus's machine is not this one: the one around this container, or another. */
  | { readonly state: "unseen"; readonly bus: "host" | "remote"; readonly file: string };

/** What is known of the bus's mind about these options. */
export type BusWord =
  /** `isUser`: by the user of the options, where that is known. `here`: by this runtime. */
  | { readonly kind: "owned"; readonly isUser: boolean | undefined; readonly uid: number; readonly here: boolean }
  | { readonly kind: "own-refused" | "call-refused"; readonly reason: string }
  | { readonly kind: "nobody" | "may-ping" | "nobody-to-call" | "other-user" }
  | { readonly kind: "no-bus"; readonly reason: Text };

/** Whether the file of these options is in force, in words for a person. */
export function policyEffect(options: PolicyOptions, file: FoundFile, word: BusWord): PolicyEffect {
  const bus = busState(options, word);
  const state = stateOf(file.state, bus, word);
  const { preset, user, name, destination } = options;
  const params = { user, name: preset === "client" ? destination : name, file: file.file, command: RELOAD_COMMAND };
  const says = [fileText(file), busText(word, params)];
  if (state !== "effective" && state !== "allowed") says.push(adviceText(state, file, params));
  return { state, file: file.state, bus, says };
}

/** Where no name needs a file. */
export const NOT_NEEDED: PolicyEffect = {
  state: "not-needed",
  file: "missing",
  bus: "unknown",
  says: [text("policy.effect.venus")],
};

function busState({ preset }: PolicyOptions, word: BusWord): PolicyBusState {
  switch (word.kind) {
    case "owned":
      if (word.isUser || preset === "permissive") return "allows";
      return word.isUser === undefined ? "unknown" : "other-owner";
    case "own-refused":
    case "call-refused":
      return "refuses";
    case "may-ping":
      return "allows";
    default:
      return "unknown";
  }
}

function stateOf(file: PolicyFileState, bus: PolicyBusState, { kind }: BusWord): PolicyState {
  if (file === "different") return "differs";
  if (file === "same") return bus === "allows" ? "effective" : bus === "refuses" ? "not-taken" : "in-place";
  // A ping may pass where other calls do not, so that alone is no reason to do without the file.
  if (bus === "allows" && kind !== "may-ping") return "allowed";
  return (file === "unseen" || file === "unreadable") && bus !== "refuses" ? "unseen" : "missing";
}

function fileText(found: FoundFile): Text {
  const { state, file } = found;
  if (state === "unseen") return text(`policy.effect.file.${found.bus}`, { file });
  return text(`policy.effect.file.${state}`, { file, reason: state === "unreadable" ? found.reason : "" });
}

function busText(word: BusWord, params: Readonly<Record<string, string>>): Text {
  const key = (name: string) => `policy.effect.bus.${name}`;
  if (word.kind !== "owned")
    return text(key(word.kind), { ...params, ...("reason" in word ? { reason: word.reason } : {}) });
  const how = word.isUser ? (word.here ? "owned-here" : "owned") : "owned-by-other";
  return text(key(how), { ...params, uid: word.uid });
}

function adviceText(state: PolicyState, found: FoundFile, params: Readonly<Record<string, string>>): Text {
  const situation = state === "missing" && found.state === "packaged" ? "packaged" : state;
  return text(`policy.effect.advice.${situation}`, params);
}
