import { type Text, text } from "../../lib/shared/text";
import type { ShownMessage } from "../../lib/shared/trial";
import { say } from "../say";
import { problemOf } from "./failure-answer";
import { paragraph } from "./paragraph";

/** Where a trial tells what has come of it: a line, then messages as the debug sidebar shows them. */
export class TryResult {
  readonly #line: JQuery;
  readonly #remedy = $('<div class="form-row">').hide();
  readonly #messages: JQuery;

  constructor(container: JQuery) {
    this.#line = $('<div class="dbus-try-line" role="status">').appendTo(container);
    container.append(this.#remedy);
    this.#messages = $('<div class="dbus-try-messages" role="log">').appendTo(container);
    this.clear();
  }

  clear(): void {
    this.#line.empty();
    this.#remedy.empty().hide();
    this.#messages.empty().hide();
  }

  tell(line: Text): void {
    this.#line.text(say(line));
  }

  /** `remedy`: a button, in sight however long the problem is. */
  fail(problem: Text, remedy?: JQuery): void {
    const finding = $('<div class="dbus-finding dbus-finding-error">').append(paragraph(say(problem)));
    this.#messages.show().append(finding);
    if (remedy !== undefined) this.#remedy.append(remedy).show();
    this.#reveal();
  }

  message({ format, msg }: ShownMessage): void {
    const shown = RED.utils.createObjectElement(RED.utils.decodeObject(msg, format), {
      typeHint: format,
      hideKey: false,
      path: "msg",
      rootPath: "msg",
      expandPaths: ["payload"],
      expandLeafNodes: true,
    });
    $('<div class="dbus-try-message">').append(shown).appendTo(this.#messages.show());
    this.#reveal();
  }

  /** It is at the end of a long form. */
  #reveal(): void {
    this.#messages.get(0)?.scrollIntoView({ block: "nearest" });
  }
}

/** Why a request of the editor brought no answer. */
export function problemOfRequest({ status, responseJSON, responseText }: JQuery.jqXHR): Text {
  // jQuery reads a failure as what was asked for: lines are no JSON to it.
  const problem = problemOf(responseJSON ?? parsed(responseText));
  if (problem !== undefined) return problem;
  return text(status === 401 || status === 403 ? "try.forbidden" : "try.no-answer");
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
