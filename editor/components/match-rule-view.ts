import type { SignalSelection } from "../../lib/shared/dbus-signal-config";
import { formatMatchRule } from "../../lib/shared/match-rule";
import { matchRuleOf } from "../../lib/shared/selection-rule";
import { CopyText } from "./copy-text";

/** The match rule of what is listened to, read-only, with a button that copies it. */
export class MatchRuleView {
  readonly #rule: CopyText;

  constructor(container: JQuery) {
    this.#rule = new CopyText(container);
  }

  show(selection: SignalSelection): void {
    this.#rule.show(formatMatchRule(matchRuleOf(selection)));
  }
}
