import type { ArgumentCondition, MatchRule } from "../shared/match-rule";
import { parseSignature } from "../shared/signature";
import type { DecodeOptions, IncomingMessage } from "../wire/types";

const PLAIN: DecodeOptions = { int64: "auto", keepTypes: false };

/**
 * Whether a signal fits a rule, by "Message Bus: Match Rules". The bus has matched it against all of
 * the connection's rules together; here it is told which of them. The sender is left out: a well-known
 * one is a matter of who owns the name.
 */
export function matchesRule(rule: MatchRule, message: IncomingMessage): boolean {
  return (
    (rule.member === undefined || rule.member === message.member) &&
    (rule.interface === undefined || rule.interface === message.interface) &&
    (rule.path === undefined || rule.path === message.path) &&
    (rule.pathNamespace === undefined || isWithinPath(message.path ?? "", rule.pathNamespace)) &&
    (rule.args === undefined || rule.args.length === 0 || matchesArguments(rule.args, message))
  );
}

/** A path within a namespace: the path itself or below it; `/` holds all. */
export function isWithinPath(path: string, namespace: string): boolean {
  if (namespace === "/" || path === namespace) return true;
  return path.startsWith(namespace) && path[namespace.length] === "/";
}

function matchesArguments(conditions: readonly ArgumentCondition[], message: IncomingMessage): boolean {
  const parsed = parseSignature(message.signature);
  if ("problem" in parsed) return false;
  const types = parsed.types.map((type) => type.signature);
  let body: unknown[];
  try {
    body = message.body(PLAIN);
  } catch {
    // A body that cannot be read fits no condition on it.
    return false;
  }
  return conditions.every(({ index, kind, value }) => {
    const argument = body[index];
    if (typeof argument !== "string") return false;
    // Only strings count, and object paths with `path`: not signatures.
    if (types[index] !== "s" && !(types[index] === "o" && kind === "path")) return false;
    return matchesArgument(kind, argument, value);
  });
}

function matchesArgument(kind: ArgumentCondition["kind"], argument: string, value: string): boolean {
  switch (kind) {
    case "equal":
      return argument === value;
    case "path":
      return (
        argument === value ||
        (value.endsWith("/") && argument.startsWith(value)) ||
        (argument.endsWith("/") && value.startsWith(argument))
      );
    case "namespace":
      return argument === value || argument.startsWith(`${value}.`);
  }
}
