import { rank } from "../../lib/shared/rank-names";
import { text } from "../../lib/shared/text";
import { say } from "../say";
import { type Choice, CompletionPopup } from "./completion-popup";
import type { Offer, OfferedAction } from "./suggestion";

const PAGE = 8;

export interface CompletionOptions {
  /** What the field offers now; `fresh`: as it is at this moment. Never rejects. */
  readonly load: (fresh: boolean) => Promise<Offer | undefined>;
  /** After a suggestion was taken; `byMouse`: a click, so that the hand is not at the keyboard. */
  readonly chosen: (byMouse: boolean) => void;
}

/**
 * A text field that offers names: the combobox pattern of ARIA 1.2, with a list that a person chooses from
 * and nothing taken on its own. What was typed counts as it is typed. Node-RED's own `autoComplete` is not
 * used: it takes the first suggestion on Tab, moves the focus into its menu, and tells a screen reader nothing.
 */
export class Completion {
  readonly #input: JQuery;
  readonly #options: CompletionOptions;
  readonly #popup: CompletionPopup;
  #open = false;
  /** Rises with each question; an answer to an older one is not looked at. */
  #question = 0;
  #offer: Offer | undefined;
  /** What the list is narrowed by; "" until a person types. */
  #typed = "";
  #choices: readonly Choice[] = [];
  #rows = 0;
  #active = -1;

  constructor(input: JQuery, options: CompletionOptions) {
    this.#input = input;
    this.#options = options;
    input.wrap('<div class="dbus-combo">');
    const combo = input.parent();
    $('<button type="button" class="dbus-combo-button" tabindex="-1">')
      .attr({ "aria-label": say(text("live.show-all")), title: say(text("live.show-all")) })
      .append($('<i class="fa fa-caret-down" aria-hidden="true">'))
      .on("mousedown", (event) => event.preventDefault())
      .on("click", () => this.#toggle())
      .appendTo(combo);
    this.#popup = new CompletionPopup(combo[0] ?? document.body, (at) => this.#choose(at, true));
    input
      .attr({
        role: "combobox",
        autocomplete: "off",
        "aria-autocomplete": "list",
        "aria-expanded": "false",
        "aria-controls": this.#popup.listId,
      })
      .on("focus", () => {
        if (input.val() === "") this.open();
      })
      .on("click", () => this.open())
      .on("blur", () => this.close())
      .on("input", () => this.#narrow())
      .on("keydown", (event) => this.#key(event));
  }

  /** Shows everything. */
  open(fresh = false): void {
    if (this.#open && !fresh) return;
    this.#typed = "";
    void this.#load(fresh);
  }

  close(): void {
    this.#question++;
    this.#open = false;
    this.#active = -1;
    this.#popup.hide();
    this.#input.attr("aria-expanded", "false").removeAttr("aria-activedescendant");
  }

  async #load(fresh: boolean): Promise<void> {
    const question = ++this.#question;
    this.#open = true;
    this.#offer = undefined;
    this.#show({ suggestions: [], note: text("live.loading") }, true);
    const offer = await this.#options.load(fresh);
    if (question === this.#question) this.#take(offer);
  }

  #take(offer: Offer | undefined): void {
    this.#offer = offer;
    if (offer === undefined) this.close();
    else this.#show(offer);
  }

  #show(offer: Offer, busy = false): void {
    const { suggestions, actions = [] } = offer;
    const fitting = rank(this.#typed, suggestions, ({ value }) => value);
    this.#choices = [...fitting.filter(({ last }) => !last), ...fitting.filter(({ last }) => last), ...actions];
    const nothing = text(suggestions.length > 0 ? "live.no-match" : "live.nothing");
    const note = offer.note ?? (this.#choices.length === 0 ? nothing : undefined);
    this.#rows = this.#popup.show(this.#label(), this.#choices, this.#typed, note, busy);
    this.#input.attr("aria-expanded", String(this.#rows > 0));
    const present =
      this.#typed === "" ? this.#choices.findIndex((choice) => valueIn(choice) === this.#input.val()) : -1;
    this.#mark(present < this.#rows ? present : -1);
  }

  /** What is typed narrows the list, and is what the field holds whether it is in the list or not. */
  #narrow(): void {
    this.#typed = String(this.#input.val());
    if (!this.#open) void this.#load(false);
    else if (this.#offer !== undefined) this.#show(this.#offer);
  }

  #toggle(): void {
    if (this.#open) {
      this.close();
      return;
    }
    this.#input.trigger("focus");
    this.open(true);
  }

  #key(event: JQuery.TriggeredEvent): void {
    // What is pressed while an input method composes is the input method's.
    const composing = (event.originalEvent as KeyboardEvent | undefined)?.isComposing === true;
    if (composing || event.ctrlKey || event.metaKey || event.altKey) return;
    const taken = this.#open ? this.#keyOpen(String(event.key)) : this.#keyClosed(String(event.key));
    if (!taken) return;
    event.preventDefault();
    // Escape closes the list and not the dialog, an arrow moves in the list and not in the flow.
    event.stopPropagation();
  }

  #keyClosed(key: string): boolean {
    if (key !== "ArrowDown" && key !== "ArrowUp") return false;
    this.open();
    return true;
  }

  #keyOpen(key: string): boolean {
    const last = this.#rows - 1;
    switch (key) {
      case "ArrowDown":
        this.#mark(this.#active >= last ? Math.min(0, last) : this.#active + 1);
        return true;
      case "ArrowUp":
        this.#mark(this.#active <= 0 ? last : this.#active - 1);
        return true;
      case "PageDown":
        this.#mark(Math.min(last, this.#active + PAGE));
        return true;
      case "PageUp":
        this.#mark(Math.min(last, Math.max(0, this.#active - PAGE)));
        return true;
      case "Enter":
        if (this.#active >= 0) this.#choose(this.#active, false);
        else this.close();
        return true;
      case "Escape":
        this.close();
        return true;
      default:
        return false;
    }
  }

  #mark(active: number): void {
    this.#active = active;
    this.#popup.mark(active);
    if (active < 0) this.#input.removeAttr("aria-activedescendant");
    else this.#input.attr("aria-activedescendant", this.#popup.optionId(active));
  }

  #choose(at: number, byMouse: boolean): void {
    const choice = this.#choices[at];
    if (choice === undefined) return;
    if ("run" in choice) {
      void this.#run(choice);
      return;
    }
    this.close();
    this.#input.val(choice.value).trigger("change");
    choice.choose?.();
    this.#options.chosen(byMouse);
  }

  async #run(action: OfferedAction): Promise<void> {
    const question = ++this.#question;
    this.#show({ suggestions: [], note: text("live.loading") }, true);
    const offer = await action.run();
    if (question === this.#question) this.#take(offer);
  }

  /** As the field is called at this moment: a label may go by what else is chosen. */
  #label(): string {
    const { labels } = this.#input[0] as HTMLInputElement;
    const words = labels === null ? "" : $(Array.from(labels)).find("span:visible").text();
    return words || (this.#input.attr("aria-label") ?? "");
  }
}

function valueIn(choice: Choice): string | undefined {
  return "run" in choice ? undefined : choice.value;
}
