import { checkWellKnownName } from "../shared/names";
import { checkAccount, checkOwnedName, type PolicyOptions, policyDefaults } from "../shared/policy-options";
import { type Text, text } from "../shared/text";
import { installCommand } from "./command-line";
import { POLKIT_RULES_FILE, type PolkitCall, polkitAction, polkitRule } from "./polkit";
import { type ErrorReply, type Refusal, type RefusedMessage, readRefusal } from "./refusal";
import { POLICY_DIRECTORY, policyFileName } from "./render";

/** What was asked of the bus, and by whom: what a refusal's text leaves out. */
export interface Circumstances {
  /** Login name or uid of this process. */
  readonly user: string;
  /** Its uid, where it has one: the bus may see another, as it does of a container's process. */
  readonly uid?: number | undefined;
  /** The name that was asked for. */
  readonly name?: string | undefined;
  readonly destination?: string | undefined;
  readonly path?: string | undefined;
  readonly interface?: string | undefined;
  readonly member?: string | undefined;
  readonly arguments?: readonly unknown[] | undefined;
}

/** A file that would change the answer, ready to be written. */
export interface Remedy {
  readonly file: string;
  /** Of a policy file: what it is rendered from, and the command that installs it. */
  readonly policy?: { readonly options: PolicyOptions; readonly command: string };
  /** Of another file: its text. */
  readonly content?: string;
}

/** Why the bus, or who else, said no. */
export interface Explanation {
  readonly kind: Refusal["kind"];
  /** What the refusal means, in a sentence. */
  readonly meaning: Text;
  /** What to do about it. */
  readonly advice: Text;
  /** The missing rule itself; undefined where none is missing. */
  readonly rule?: string | undefined;
  /** Undefined where no file would help. */
  readonly remedy?: Remedy | undefined;
}

/**
 * From an error that the bus or a service answered with to what it means, the rule that is missing and
 * what to do. Undefined for an error that is no refusal. Pure; `circumstances` fill in what the text
 * does not tell, and nothing in the text is trusted: a name that is none makes no rule.
 */
export function explain(reply: ErrorReply, circumstances: Circumstances): Explanation | undefined {
  const refusal = readRefusal(reply);
  switch (refusal?.kind) {
    case undefined:
      return undefined;
    case "own":
      return explainOwn(refusal.name ?? circumstances.name, circumstances);
    case "send":
      return explainSend(refusal.message, circumstances);
    case "receive":
      return { kind: "receive", ...texts("receive", { destination: destinationOf(refusal.message, circumstances) }) };
    case "apparmor":
      return { kind: "apparmor", ...texts("apparmor", { destination: destinationOf(refusal.message, circumstances) }) };
    case "polkit":
      return explainPolkit(refusal.asks, circumstances);
    case "not-here":
      return {
        kind: "not-here",
        ...texts("not-here", { name: refusal.name ?? circumstances.destination ?? circumstances.name ?? "" }),
      };
  }
}

function explainOwn(name: string | undefined, { user }: Circumstances): Explanation {
  if (name === undefined || checkOwnedName(name) !== undefined || checkAccount(user) !== undefined) {
    return { kind: "own", ...texts("own-unnamed", { user }) };
  }
  const remedy = policyRemedy({ ...policyDefaults, name, user });
  const rule = `<allow own="${name}"/>`;
  return { kind: "own", ...texts("own", { name, user, rule, ...remedyParams(remedy) }), rule, remedy };
}

function explainSend(message: RefusedMessage | undefined, circumstances: Circumstances): Explanation {
  // A reply is refused where nobody waits for it any more, or never did: no rule is missing.
  if (message !== undefined && message.type !== "method_call") {
    return { kind: "send", ...texts("send-other", { type: message.type }) };
  }
  const destination = destinationOf(message, circumstances);
  const user = callerOf(message, circumstances);
  const member = message?.member ?? circumstances.member ?? "";
  const params = { destination, user, member, interface: message?.interface ?? circumstances.interface ?? "" };
  if (destination.startsWith(":")) return { kind: "send", ...texts("send-unique", params) };
  if (checkWellKnownName(destination) !== undefined || checkAccount(user) !== undefined) {
    return { kind: "send", ...texts("send-unnamed", params) };
  }
  if (destination === "org.freedesktop.DBus") return { kind: "send", ...texts("send-bus", params) };
  const remedy = policyRemedy({ ...policyDefaults, preset: "client", destination, user });
  const rule = `<allow send_destination="${destination}"/>`;
  const missing = params.interface === "" ? "send-without-interface" : "send";
  return { kind: "send", ...texts(missing, { ...params, rule, ...remedyParams(remedy) }), rule, remedy };
}

function explainPolkit(asks: boolean, circumstances: Circumstances): Explanation {
  const { user, path, interface: interfaceName, member } = circumstances;
  const call: PolkitCall = { user, path, interface: interfaceName, member, arguments: circumstances.arguments ?? [] };
  const action = polkitAction(call);
  const meaning = text(asks ? "policy.explain.polkit-asks.meaning" : "policy.explain.polkit.meaning", {
    destination: circumstances.destination ?? "",
    user,
  });
  if (action === undefined || checkAccount(user) !== undefined) {
    const advice = text("policy.explain.polkit.advice", { user, file: POLKIT_RULES_FILE });
    return { kind: "polkit", meaning, advice };
  }
  const content = polkitRule(call, action);
  const advice = text("policy.explain.polkit-rule.advice", { user, action, file: POLKIT_RULES_FILE, rule: content });
  return { kind: "polkit", meaning, advice, remedy: { file: POLKIT_RULES_FILE, content } };
}

function policyRemedy(options: PolicyOptions): Remedy & { readonly policy: { readonly command: string } } {
  const file = `${POLICY_DIRECTORY}/${policyFileName(options)}`;
  return { file, policy: { options, command: installCommand(options) } };
}

function remedyParams({ file, policy }: ReturnType<typeof policyRemedy>): Readonly<Record<string, string>> {
  return { file, command: policy.command };
}

/** The user that the bus has rules for: the uid that it sees, where that is not ours. */
function callerOf(message: RefusedMessage | undefined, { user, uid }: Circumstances): string {
  const isOther = message?.uid !== undefined && uid !== undefined && message.uid !== uid;
  return isOther ? String(message.uid) : user;
}

/** The name that was called; the text's own where circumstances are silent. */
function destinationOf(message: RefusedMessage | undefined, { destination }: Circumstances): string {
  return message?.destination ?? destination ?? "";
}

function texts(
  key: string,
  params: Readonly<Record<string, string>>,
): { readonly meaning: Text; readonly advice: Text } {
  return {
    meaning: text(`policy.explain.${key}.meaning`, params),
    advice: text(`policy.explain.${key}.advice`, params),
  };
}
