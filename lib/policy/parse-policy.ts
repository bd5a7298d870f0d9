import { SaxesParser } from "saxes";
import { type Text, text } from "../shared/text";

/** One element of a configuration file, and where its start tag begins: 1-based, counted in characters. */
export interface ConfigElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly ConfigElement[];
  /** Whether there is more than white space between its tags, beside its children. */
  readonly hasText: boolean;
  readonly line: number;
}

export interface ConfigComment {
  readonly content: string;
  readonly line: number;
}

export type ParsedConfig =
  | { readonly ok: true; readonly root: ConfigElement; readonly comments: readonly ConfigComment[] }
  | { readonly ok: false; readonly line: number; readonly column: number; readonly reason: Text };

/** Characters. The largest file that a distribution ships has some 20,000. */
export const MAX_CONFIG_LENGTH = 1 << 20;
const MAX_DEPTH = 64;
const MAX_REASON_LENGTH = 120;

interface OpenElement extends ConfigElement {
  readonly children: OpenElement[];
  hasText: boolean;
}

/**
 * Reads a configuration file of the message bus as XML, without judging what it holds. Ends at the
 * first fault. Of the document type nothing is read: the bus itself does not validate by it, and an
 * entity that it declares is a fault.
 */
export function parseConfig(source: string): ParsedConfig {
  if (source.length > MAX_CONFIG_LENGTH) {
    const reason = text("policy.too-large", { size: source.length, most: MAX_CONFIG_LENGTH });
    return { ok: false, line: 1, column: 1, reason };
  }
  const parser = new SaxesParser();
  const comments: ConfigComment[] = [];
  const open: OpenElement[] = [];
  let root: OpenElement | undefined;
  let tagLine = 1;

  // saxes goes on after a fault, and calls this for each: throwing ends it at the first.
  parser.on("error", ({ message }) => {
    throw new Fault(parser.line, parser.column, text("policy.not-xml", { reason: withoutPosition(message) }));
  });
  // By then the parser has read one character more than the name, which may be a line break.
  parser.on("opentagstart", () => {
    tagLine = parser.columnIndex === 0 ? parser.line - 1 : parser.line;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes, children: [], hasText: false, line: tagLine };
    if (open.length >= MAX_DEPTH) {
      throw new Fault(tagLine, parser.column, text("policy.too-deep", { most: MAX_DEPTH }));
    }
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("closetag", () => {
    open.pop();
  });
  const note = (content: string) => {
    const element = open.at(-1);
    if (element !== undefined && content.trim() !== "") element.hasText = true;
  };
  parser.on("text", note);
  parser.on("cdata", note);
  parser.on("comment", (content) => {
    comments.push({ content, line: parser.line - content.split("\n").length + 1 });
  });
  try {
    parser.write(source).close();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { line, column, reason } = bareAmpersand(source) ?? error;
    return { ok: false, line, column, reason };
  }
  if (root === undefined) return { ok: false, line: 1, column: 1, reason: text("policy.empty") };
  return { ok: true, root, comments };
}

/** Thrown to end the parser, never out of this file. */
class Fault extends Error {
  readonly line: number;
  readonly column: number;
  readonly reason: Text;

  constructor(line: number, column: number, reason: Text) {
    super(reason.key);
    this.line = line;
    this.column = Math.max(1, column);
    this.reason = reason;
  }
}

/**
 * The likeliest fault, which saxes reports at the end of the file only: it goes on to the next
 * semicolon, wherever that is. Where a source has it, no earlier fault matters more.
 */
function bareAmpersand(source: string): Fault | undefined {
  const parts = /<!--|<!\[CDATA\[|&(?!#?[\w:.-]+;)/g;
  for (let found = parts.exec(source); found !== null; found = parts.exec(source)) {
    const [part] = found;
    if (part === "&") {
      const before = source.slice(0, found.index).split("\n");
      return new Fault(before.length, (before.at(-1)?.length ?? 0) + 1, text("policy.bare-ampersand"));
    }
    const end = source.indexOf(part === "<!--" ? "-->" : "]]>", parts.lastIndex);
    if (end < 0) return undefined;
    parts.lastIndex = end;
  }
  return undefined;
}

/** saxes puts `line:column: ` before each of its complaints; they may quote the document. */
function withoutPosition(message: string): string {
  return message.replace(/^\d+:\d+: /, "").slice(0, MAX_REASON_LENGTH);
}
