import {
  POLICY_PRESETS,
  type PolicyField,
  type PolicyOptions,
  type PolicyPreset,
  policyDefaults,
  policyFields,
} from "../../lib/shared/policy-options";
import { text } from "../../lib/shared/text";
import { say } from "../say";

/** What the node's own fields say of its file. */
export type PolicySubject = Pick<PolicyOptions, "name" | "interfaces" | "writable" | "destination">;

/** The options that the node has no field for. What it has one for is filled in, until a person changes it here. */
export class PolicyForm {
  readonly #form: JQuery;
  readonly #isClient: boolean;
  #subject: PolicySubject = policyDefaults;
  readonly #changed = new Set<PolicyField>();

  constructor(form: JQuery, isClient: boolean) {
    this.#form = form;
    this.#isClient = isClient;
    const presets = POLICY_PRESETS.filter((preset) => preset !== "client");
    this.#input("preset").append(
      presets.map((preset) =>
        $("<option>")
          .val(preset)
          .text(say(text(`policy.dialog.preset-name.${preset}`))),
      ),
    );
    for (const field of ["user", "interfaces", "writable"] as const) {
      this.#input(field).on("input change", () => this.#changed.add(field));
    }
    this.#input("preset").on("change", () => this.#showFields());
    this.#showFields();
  }

  follow(subject: PolicySubject): void {
    this.#subject = subject;
    if (!this.#changed.has("interfaces")) this.#input("interfaces").val(subject.interfaces.join(" "));
    if (!this.#changed.has("writable")) this.#input("writable").prop("checked", subject.writable);
  }

  /** The user whom the runtime, or the bus, takes us for. */
  proposeUser(user: string): void {
    this.#input("user").attr("placeholder", user);
    if (!this.#changed.has("user") && this.#input("user").val() === "") this.#input("user").val(user);
  }

  options(): PolicyOptions {
    const value = (field: PolicyField) => String(this.#input(field).val()).trim();
    const all: PolicyOptions = {
      preset: this.#preset(),
      name: this.#subject.name,
      user: value("user"),
      group: value("group"),
      interfaces: value("interfaces")
        .split(/[\s,]+/)
        .filter((name) => name !== ""),
      writable: this.#input("writable").prop("checked") === true,
      destination: this.#subject.destination,
    };
    // What the preset has no use for makes no difference, and should make no other question.
    const used = policyFields(all.preset).map((field) => [field, all[field]] as const);
    return { ...policyDefaults, ...Object.fromEntries(used) };
  }

  #preset(): PolicyPreset {
    if (this.#isClient) return "client";
    return POLICY_PRESETS.find((preset) => preset === this.#input("preset").val()) ?? policyDefaults.preset;
  }

  #showFields(): void {
    const preset = this.#preset();
    const shown = policyFields(preset);
    for (const field of ["user", "group", "interfaces", "writable"] as const) {
      this.#row(field).toggle(shown.includes(field));
    }
    this.#row("preset").toggle(!this.#isClient);
    this.#form.find(".dbus-policy-explained").text(say(text(`policy.presets.${preset}`)));
  }

  #row(field: PolicyField): JQuery {
    return this.#input(field).closest(".form-row");
  }

  #input(field: PolicyField): JQuery {
    return this.#form.find(`#dbus-policy-${field}`);
  }
}
