import type { ArgumentDefinition } from "./interface-definition";

/**
 * Arguments as a person writes them in one line: `text: s, count: u`; one without a name is its type
 * alone. Neither a name nor a type has a comma or a colon in it, so nothing needs escaping.
 */
export function formatArguments(args: readonly ArgumentDefinition[]): string {
  return args.map(({ name, signature }) => (name === "" ? signature : `${name}: ${signature}`)).join(", ");
}

/** The other way. Reads any text, also one that is half typed: what is wrong with it is for the checks to say. */
export function parseArguments(text: string): readonly ArgumentDefinition[] {
  if (text.trim() === "") return [];
  return text.split(",").map((part) => {
    const colon = part.indexOf(":");
    return { name: part.slice(0, Math.max(colon, 0)).trim(), signature: part.slice(colon + 1).trim() };
  });
}
