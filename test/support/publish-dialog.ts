import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { Editor } from "./editor";

/** The last row of a list, by the names of its parts. */
export function rowOf(editor: Editor, list: string): (part: string) => Locator {
  const row = editor.dialog.locator(`#dbus-publish-${list} > li`).last();
  return (part) => row.locator(`.dbus-part-${part}`);
}

export async function addRow(editor: Editor, list: string): Promise<(part: string) => Locator> {
  await addButton(editor, list).click();
  return rowOf(editor, list);
}

export function addButton(editor: Editor, list: string): Locator {
  const container = editor.dialog.locator(".form-row", { has: editor.page.locator(`#dbus-publish-${list}`) });
  return container.locator(".red-ui-editableList-addButton");
}

/** The line below a list; the check runs with each key, so it is there at once. */
export async function says(editor: Editor, list: string, words: string): Promise<void> {
  const said = await editor.dialog.locator(`#dbus-publish-${list}-problem`).innerText();
  assert.ok(words === "" ? said === "" : said.startsWith(words), said);
}
