import type { InterfaceEntry } from "../../lib/shared/admin";
import type { BusChoice } from "../../lib/shared/bus-choice";
import { DEFAULT_METHOD_TIMEOUT, type InterfaceDefinition } from "../../lib/shared/interface-definition";
import { text } from "../../lib/shared/text";
import { say } from "../say";
import { nameField } from "./name-field";
import { ServiceFields } from "./service-fields";

/** Takes an interface over from an object that is on a bus. */
export class LiveClone {
  readonly #bus: JQuery;
  readonly #fields: ServiceFields;
  readonly #inputs: { readonly service: JQuery; readonly path: JQuery; readonly interface: JQuery };
  readonly #problem: JQuery;

  /** `bus`: that of the node, from which another one may be chosen to take over from. */
  constructor(panel: JQuery, bus: () => BusChoice, take: (definition: InterfaceDefinition, path: string) => void) {
    const part = (name: string) => panel.find(`.dbus-clone-${name}`);
    this.#bus = part("bus");
    this.#inputs = { service: part("service"), path: part("path"), interface: part("interface") };
    this.#problem = panel.find(".dbus-problem");
    for (const input of Object.values(this.#inputs)) nameField(input);
    this.#fields = new ServiceFields({
      fields: this.#inputs,
      bus: () => ({ ...bus(), bus: this.#bus.val() as BusChoice["bus"] }),
      uses: () => ["call", "read", "write", "listen"],
      note: panel.find(".dbus-live-note"),
    });
    const button = panel.find(".dbus-clone-take");
    const update = () => {
      const disabled = this.#inputs.interface.val() === "";
      button.prop("disabled", disabled).toggleClass("disabled", disabled);
    };
    panel.on("input change", update);
    update();
    button.on("click", () => void this.#take(take));
    panel.closest("details").on("toggle", () => this.#bus.val(bus().bus));
  }

  close(): void {
    this.#fields.close();
  }

  async #take(take: (definition: InterfaceDefinition, path: string) => void): Promise<void> {
    this.#problem.text("");
    const path = String(this.#inputs.path.val());
    const name = String(this.#inputs.interface.val());
    const found = await this.#fields.interfaceNamed(name);
    if ("problem" in found) {
      this.#problem.text(say(found.problem));
      return;
    }
    if (found.standard) {
      this.#problem.text(say(text("fields.reserved", { name })));
      return;
    }
    for (const input of Object.values(this.#inputs)) input.val("").trigger("change");
    take(definitionOf(found), path);
  }
}

function definitionOf({ name, properties, methods, signals }: InterfaceEntry): InterfaceDefinition {
  return {
    name,
    properties: properties.map((property) => ({
      name: property.name,
      signature: property.signature,
      access: property.access,
      value: "",
      emitsChanged: property.emitsChanged,
    })),
    methods: methods.map((method) => ({
      name: method.name,
      in: method.in,
      out: method.out,
      timeout: DEFAULT_METHOD_TIMEOUT,
    })),
    signals: signals.map(({ name: signal, args }) => ({ name: signal, args })),
  };
}
