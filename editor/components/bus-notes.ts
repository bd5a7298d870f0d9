import type { BusEnvironment, EnvironmentAnswer } from "../../lib/shared/admin";
import type { BusChoice } from "../../lib/shared/bus-choice";
import type { Finding } from "../../lib/shared/finding";
import { text } from "../../lib/shared/text";
import { say } from "../say";
import { type MoveDialog, showBusMove } from "./bus-move";
import { paragraph } from "./paragraph";
import { whichBus } from "./which-bus";

/**
 * What the chosen bus means on the runtime's machine: where it is, and the findings as banners. Above that,
 * what each choice is for.
 */
export class BusNotes {
  readonly #container: JQuery;
  readonly #dialog: MoveDialog;
  #environment: EnvironmentAnswer | undefined;
  #bus: BusChoice["bus"] | undefined;

  /** `select`: the node's choice of bus in its dialog. */
  constructor(container: JQuery, node: FlowNode, select: JQuery) {
    this.#container = container;
    container.parent().prepend(whichBus());
    this.#dialog = {
      flow: node.z,
      choose: (bus) => select.val(bus).trigger("change"),
      note: (content) => container.append(content),
    };
    // A user who may not ask (403) sees no notes; the dialog works all the same.
    $.getJSON("dbus/environment").done((answer: EnvironmentAnswer) => {
      // Nobody is there any more for whom a banner would ask further.
      if (!container[0]?.isConnected) return;
      this.#environment = answer;
      this.#render();
    });
  }

  show(bus: BusChoice["bus"]): void {
    if (bus === this.#bus) return;
    this.#bus = bus;
    this.#render();
  }

  #render(): void {
    this.#container.empty();
    if (this.#environment === undefined || (this.#bus !== "system" && this.#bus !== "session")) return;
    const { address, findings }: BusEnvironment = this.#environment[this.#bus];
    if (address !== "") this.#container.append($("<div>").text(say(text("bus.resolved", { address }))));
    for (const finding of findings) this.#container.append(this.#banner(finding));
  }

  #banner({ code, severity, params, useSystemBus }: Finding): JQuery {
    const part = (name: string) => say(text(`findings.${code}.${name}`, params));
    const banner = $('<div class="dbus-finding" role="status">')
      .addClass(`dbus-finding-${severity}`)
      .append($("<strong>").text(part("title")), paragraph(part("cause")), paragraph(part("remedy")));
    if (useSystemBus) showBusMove(banner, this.#dialog);
    return banner;
  }
}
