import type { PolicyAnswer, PolicyState } from "../../lib/shared/admin";
import { text } from "../../lib/shared/text";
import { say } from "../say";
import { CopyText } from "./copy-text";
import { paragraph } from "./paragraph";

const KINDS: Readonly<Record<PolicyState, "info" | "warning" | "error">> = {
  effective: "info",
  allowed: "info",
  "not-needed": "info",
  "in-place": "info",
  missing: "warning",
  unseen: "warning",
  differs: "warning",
  "not-taken": "error",
};

/** Whether there is nothing more to wait for. */
export function isSettled(state: PolicyState): boolean {
  return state === "effective" || state === "not-needed";
}

export function stateText(state: PolicyState): string {
  return say(text(`policy.effect.state.${state}`));
}

/** A rendered policy file, read-only: whether it is in force, where it goes, and how it comes there. */
export class PolicyFileView {
  readonly #view: JQuery;
  readonly #content: CopyText;
  readonly #install: CopyText;
  readonly #byHand: CopyText;
  #answer: PolicyAnswer | undefined;
  #said = "";

  constructor(view: JQuery) {
    this.#view = view;
    this.#content = new CopyText(this.#part("content"));
    this.#install = new CopyText(this.#part("install"));
    this.#byHand = new CopyText(this.#part("by-hand"));
    this.#part("download").on("click", () => {
      if (this.#answer !== undefined) download(this.#answer);
    });
  }

  /** Of the file that is shown; undefined where none is. */
  get state(): PolicyState | undefined {
    return this.#answer?.effect.state;
  }

  show(answer: PolicyAnswer): void {
    this.#answer = answer;
    this.#content.show(answer.content);
    this.#install.show(answer.install);
    this.#byHand.show(answer.installByHand);
    this.#part("place").empty().append(breakable(answer.file));
    this.#showEffect(answer);
  }

  clear(): void {
    this.#answer = undefined;
  }

  /** Told aloud when it changes, and only then. */
  #showEffect({ effect: { state, says }, warnings }: PolicyAnswer): void {
    const said = JSON.stringify([state, says, warnings]);
    if (said === this.#said) return;
    this.#said = said;
    this.#part("effect")
      .removeClass("dbus-finding-info dbus-finding-warning dbus-finding-error")
      .addClass(`dbus-finding-${KINDS[state]}`)
      .empty()
      .append(
        $("<strong>").text(stateText(state)),
        says.map((line) => paragraph(say(line))),
      );
    this.#part("warnings")
      .toggle(warnings.length > 0)
      .empty()
      .append(warnings.map((line) => paragraph(say(line))));
  }

  #part(name: string): JQuery {
    return this.#view.find(`.dbus-policy-${name}`);
  }
}

/** A path that breaks where a person would break it, and stays one word when it is copied. */
function breakable(path: string): (Text | HTMLElement)[] {
  return path.split(/(?<=[/.-])/).flatMap((part) => [document.createTextNode(part), document.createElement("wbr")]);
}

/** Hands the browser a file with just these bytes. */
function download({ content, file }: PolicyAnswer): void {
  const url = URL.createObjectURL(new Blob([content], { type: "application/xml" }));
  $("<a>")
    .attr({ href: url, download: file.slice(file.lastIndexOf("/") + 1) })[0]
    ?.click();
  // The download has begun with the click.
  URL.revokeObjectURL(url);
}
