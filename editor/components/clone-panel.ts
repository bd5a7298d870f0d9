import type { BusChoice } from "../../lib/shared/bus-choice";
import type { InterfaceDefinition } from "../../lib/shared/interface-definition";
import { readIntrospection } from "../clone-definition";
import { say } from "../say";
import { LiveClone } from "./live-clone";

/** Takes an interface over from an object on a bus, or from introspection XML that a person pastes. */
export class ClonePanel {
  readonly #panel: JQuery;
  readonly #xml: JQuery;
  readonly #choice: JQuery;
  readonly #button: JQuery;
  readonly #problem: JQuery;
  readonly #live: LiveClone;
  #path = "";
  #interfaces: readonly InterfaceDefinition[] = [];

  /** `panel`: a `details` element, which closes when its button was pressed; `take` gets what was chosen. */
  constructor(panel: JQuery, bus: () => BusChoice, take: (definition: InterfaceDefinition, path: string) => void) {
    this.#panel = panel;
    const pasted = panel.find(".dbus-clone-xml");
    this.#xml = pasted.find("textarea");
    this.#choice = pasted.find("select");
    this.#button = pasted.find("button");
    this.#problem = pasted.find(".dbus-problem");
    this.#live = new LiveClone(panel.find(".dbus-clone-live"), bus, (definition, path) => {
      panel.prop("open", false);
      take(definition, path);
    });
    this.#xml.on("input", () => this.#read());
    this.#button.on("click", () => {
      const chosen = this.#interfaces[Number(this.#choice.val())];
      if (chosen === undefined) return;
      const path = this.#path;
      this.#panel.prop("open", false);
      this.#xml.val("");
      this.#read();
      take(chosen, path);
    });
    this.#read();
  }

  close(): void {
    this.#live.close();
  }

  #read(): void {
    const xml = String(this.#xml.val());
    const found = xml.trim() === "" ? { path: "", interfaces: [] } : readIntrospection(xml);
    const { path, interfaces } = "problem" in found ? { path: "", interfaces: [] } : found;
    this.#path = path;
    this.#interfaces = interfaces;
    this.#problem.text("problem" in found ? say(found.problem) : "");
    this.#choice.empty().append(interfaces.map(({ name }, at) => $("<option>").val(at).text(name)));
    this.#choice.parent().toggle(interfaces.length > 1);
    this.#button.prop("disabled", interfaces.length === 0).toggleClass("disabled", interfaces.length === 0);
  }
}
