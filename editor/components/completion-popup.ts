import { type Text, text } from "../../lib/shared/text";
import { say } from "../say";
import type { OfferedAction, Suggestion } from "./suggestion";

/** One row that can be chosen. */
export type Choice = Suggestion | OfferedAction;

/** More rows than this nobody reads; the rest is counted, and found by typing. */
const MOST_ROWS = 50;
/** Pixels. */
const GAP = 2;
const MARGIN = 8;
const MOST_HEIGHT = 340;
const LEAST_HEIGHT = 120;
const LEAST_WIDTH = 360;

let count = 0;

/** The list below (or above) a field. It stands in the dialog's form and goes with it. */
export class CompletionPopup {
  readonly listId: string;
  readonly #popup: JQuery;
  readonly #list: JQuery;
  readonly #status: JQuery;
  readonly #anchor: HTMLElement;
  readonly #place = () => this.#reposition();

  constructor(anchor: HTMLElement, choose: (at: number) => void) {
    this.listId = `dbus-completion-${++count}`;
    this.#anchor = anchor;
    this.#list = $('<div role="listbox" class="dbus-options">').attr("id", this.listId);
    this.#status = $('<div role="status" class="dbus-options-status">');
    this.#popup = $('<div class="dbus-completion">').append(this.#list, this.#status).hide();
    // The field keeps the focus, whatever is pressed in here.
    this.#popup.on("mousedown", (event) => event.preventDefault());
    this.#list.on("click", ".dbus-option", ({ currentTarget }) => choose(Number($(currentTarget).data("at"))));
  }

  optionId(at: number): string {
    return `${this.listId}-${at}`;
  }

  /** Shows the choices, and below them what is to be said. Returns how many of them have a row. */
  show(label: string, choices: readonly Choice[], typed: string, note: Text | undefined, busy = false): number {
    const shown = choices.slice(0, MOST_ROWS);
    const rows = shown.map((choice, at) =>
      row(choice, typed)
        .attr({ id: this.optionId(at) })
        .data("at", at),
    );
    this.#list
      .attr("aria-label", label)
      .empty()
      .append(rows)
      .toggle(rows.length > 0)
      .scrollTop(0);
    const hidden = choices.length - shown.length;
    const lines = [hidden > 0 ? text("live.more", { count: hidden }) : undefined, note].filter(
      (line) => line !== undefined,
    );
    this.#status.empty().toggle(lines.length > 0);
    if (busy) this.#status.append($('<i class="fa fa-circle-o-notch fa-spin" aria-hidden="true">'));
    this.#status.append(lines.map((line) => $("<div>").text(say(line))));
    // What only says something lets a click through to the field that it covers.
    // A row of a list is put into the form only after it was built.
    if (!this.#popup[0]?.isConnected) $(this.#anchor).closest(".dbus-form").append(this.#popup);
    this.#popup.toggleClass("dbus-completion-note", rows.length === 0).css("display", "flex");
    this.#reposition();
    addEventListener("scroll", this.#place, { capture: true, passive: true });
    addEventListener("resize", this.#place);
    return rows.length;
  }

  hide(): void {
    this.#popup.hide();
    this.#list.empty();
    this.#status.empty();
    removeEventListener("scroll", this.#place, { capture: true });
    removeEventListener("resize", this.#place);
  }

  mark(active: number): void {
    const options = this.#list.children();
    options.attr("aria-selected", "false");
    if (active < 0) return;
    options.eq(active).attr("aria-selected", "true")[0]?.scrollIntoView({ block: "nearest" });
  }

  /** Beside the field, inside the window; above it where there is more room. */
  #reposition(): void {
    if (!this.#anchor.isConnected) {
      this.hide();
      return;
    }
    const field = this.#anchor.getBoundingClientRect();
    const width = Math.min(Math.max(field.width, LEAST_WIDTH), innerWidth - 2 * MARGIN);
    const left = Math.max(MARGIN, Math.min(field.left, innerWidth - MARGIN - width));
    const below = innerHeight - field.bottom - GAP - MARGIN;
    const above = field.top - GAP - MARGIN;
    this.#popup.css({ width, maxHeight: MOST_HEIGHT });
    const wanted = Math.min(this.#popup.outerHeight() ?? 0, MOST_HEIGHT);
    const down = below >= wanted || below >= above;
    const height = Math.max(LEAST_HEIGHT, Math.min(MOST_HEIGHT, down ? below : above));
    const top = down ? field.bottom + GAP : field.top - GAP - Math.min(wanted, height);
    this.#popup.css({ left, top, maxHeight: height });
  }
}

function row(choice: Choice, typed: string): JQuery {
  const option = $('<div role="option" class="dbus-option" aria-selected="false">');
  if ("run" in choice) return option.addClass("dbus-option-action").text(say(choice.label));
  const { value, side, detail, deprecated } = choice;
  const name = $('<span class="dbus-option-name">').append(marked(value, typed));
  const main = $('<div class="dbus-option-main">').append(name).appendTo(option);
  if (deprecated) {
    option.addClass("dbus-option-deprecated");
    main.append($('<span class="dbus-option-side">').text(say(text("live.deprecated"))));
  }
  if (side) main.append($('<span class="dbus-option-side">').text(side));
  if (detail) option.append($('<div class="dbus-option-detail">').text(detail));
  return option;
}

/** The name, with what was typed in bold where it stands in one piece. */
function marked(name: string, typed: string): JQuery[] {
  const at = typed === "" ? -1 : name.toLowerCase().indexOf(typed.toLowerCase());
  const part = (tag: string, from: number, to?: number) => $(tag).text(name.slice(from, to));
  if (at < 0) return [part("<span>", 0)];
  const end = at + typed.length;
  return [part("<span>", 0, at), part("<b>", at, end), part("<span>", end)];
}
