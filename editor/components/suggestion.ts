import type { Text } from "../../lib/shared/text";

/** What a field can be filled in with. All of it may come from the bus: it is shown as text, never as markup. */
export interface Suggestion {
  readonly value: string;
  /** At the right: where it is from, what it is now. */
  readonly side?: string;
  /** A second line. */
  readonly detail?: string;
  readonly deprecated?: boolean;
  /** Behind all others, however well it fits what was typed: the standard interfaces. */
  readonly last?: boolean;
  /** Done when it was chosen, after the field has its value. */
  readonly choose?: () => void;
}

/** Something to do instead of a value to take; what it gives takes the place of what was offered; undefined ends it. */
export interface OfferedAction {
  readonly label: Text;
  readonly run: () => Promise<Offer | undefined>;
}

/** What a field offers; undefined in the place of an offer: it is a plain text field. */
export interface Offer {
  readonly suggestions: readonly Suggestion[];
  /** Said below them, or in their place. */
  readonly note?: Text;
  readonly actions?: readonly OfferedAction[];
}
