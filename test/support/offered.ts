import type { Locator } from "playwright-core";
import type { Editor } from "./editor";

/** The rows that are offered in an open dialog at this moment. */
export function options(editor: Editor): Locator {
  return editor.dialog.locator('.dbus-completion [role="option"]:visible');
}

/** The row of this name. */
export function option(editor: Editor, name: string): Locator {
  const exactly = editor.page.locator(".dbus-option-name").getByText(name, { exact: true });
  return options(editor).filter({ has: exactly });
}

/** What is said below the rows, or in their place. */
export function said(editor: Editor, words: string | RegExp): Locator {
  return editor.dialog.locator(".dbus-options-status:visible").getByText(words);
}
