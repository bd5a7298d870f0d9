import type { SignalSelection } from "../../lib/shared/dbus-signal-config";
import { formatMatchRule } from "../../lib/shared/match-rule";
import { matchRuleOf } from "../../lib/shared/selection-rule";

/** The match rule of what is listened to, read-only, with a button that copies it. */
export class MatchRuleView {
  readonly #rule: JQuery;

  constructor(container: JQuery) {
    this.#rule = container.find(".dbus-match-rule");
    const button = container.find("button");
    button.on("click", () => {
      RED.clipboard.copyText(String(this.#rule.val()), button, "clipboard.copyMessageValue");
    });
  }

  show(selection: SignalSelection): void {
    this.#rule.val(formatMatchRule(matchRuleOf(selection)));
  }
}
