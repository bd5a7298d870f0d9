import type { BusNameEntry, InterfaceEntry, ObjectEntry, ObjectsAnswer } from "../../lib/shared/admin";
import { type Text, text } from "../../lib/shared/text";
import { argumentWords, typeWords } from "../../lib/shared/type-words";
import { say } from "../say";
import { type MemberChoice, type MemberUse, membersFor } from "./member-choice";
import type { Suggestion } from "./suggestion";

export function nameSuggestion({ name, owned, activatable, process }: BusNameEntry): Suggestion {
  const side = process ?? (!owned && activatable ? say(text("live.can-be-started")) : undefined);
  return { value: name, last: name.startsWith(":"), ...(side === undefined ? {} : { side }) };
}

/** The object that is named like its service comes first; behind the others those that hold no more than children. */
export function pathSuggestions(paths: readonly ObjectEntry[], service: string): readonly Suggestion[] {
  const main = `/${service.replaceAll(".", "/")}`;
  const suggestions = paths.map(({ path, interfaces }) => ({
    value: path,
    last: interfaces?.length === 0,
    ...(interfaces === undefined || interfaces.length === 0 ? {} : { detail: interfaces.join(", ") }),
  }));
  return [...suggestions.filter(({ value }) => value === main), ...suggestions.filter(({ value }) => value !== main)];
}

/** The one object that a service has; undefined where there are several, or not all of them are known. */
export function onlyPath({ paths, leftOut, incomplete }: ObjectsAnswer): string | undefined {
  const own = paths.filter(({ interfaces }) => interfaces === undefined || interfaces.length > 0);
  return own.length === 1 && leftOut === 0 && incomplete === undefined ? own[0]?.path : undefined;
}

/** The one interface in question; undefined where there are several, or none. */
export function onlyInterface(interfaces: readonly InterfaceEntry[], uses: readonly MemberUse[]): string | undefined {
  const own = interfaces.filter((entry) => !entry.standard && isUseful(entry, uses));
  return own.length === 1 ? own[0]?.name : undefined;
}

export function interfaceSuggestion(entry: InterfaceEntry, uses: readonly MemberUse[]): Suggestion {
  const counts = (["methods", "properties", "signals"] as const)
    .filter((kind) => entry[kind].length > 0)
    .map((kind) => say(text(`live.count-${kind}`, { count: entry[kind].length })));
  return {
    value: entry.name,
    detail: counts.join(", "),
    deprecated: entry.deprecated,
    last: entry.standard || !isUseful(entry, uses),
  };
}

/** `choose` is told which member was taken. */
export function memberSuggestion(
  member: MemberChoice,
  named: { readonly use: boolean; readonly interfaceName: boolean },
  choose: (member: MemberChoice) => void,
): Suggestion {
  const value = "value" in member.entry ? member.entry.value : undefined;
  const words = [
    named.use ? say(text(`live.use-${member.use}`)) : "",
    say(wordsOf(member)),
    named.interfaceName ? member.interfaceName : "",
  ].filter((part) => part !== "");
  return {
    value: member.entry.name,
    detail: words.join(" · "),
    deprecated: member.entry.deprecated,
    last: member.standard,
    choose: () => choose(member),
    ...(value === undefined ? {} : { side: value }),
  };
}

function isUseful(entry: InterfaceEntry, uses: readonly MemberUse[]): boolean {
  return uses.some((use) => membersFor([entry], use).length > 0);
}

function wordsOf(member: MemberChoice): Text {
  const none = text("live.no-arguments");
  switch (member.use) {
    case "call": {
      const { in: takes, out: returns } = member.entry;
      const result = argumentWords(returns);
      const words = argumentWords(takes) ?? none;
      return result === undefined ? words : text("live.returns", { takes: words, returns: result });
    }
    case "read":
    case "write": {
      const type = typeWords(member.entry.signature);
      const { access } = member.entry;
      return access === "readwrite" ? type : text(`live.only-${access}`, { type });
    }
    case "listen":
      return argumentWords(member.entry.args) ?? none;
  }
}
