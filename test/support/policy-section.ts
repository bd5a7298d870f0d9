import type { Locator } from "playwright-core";
import type { Editor } from "./editor";
import { eventuallyAsync } from "./until";

/** The policy file's part of a dialog. */
export function sectionOf(editor: Editor): Locator {
  return editor.dialog.locator(".dbus-policy");
}

/** Opens the section, unless it is open by itself, and waits for its file. */
export async function opened(section: Locator): Promise<void> {
  await section.locator(".dbus-policy-state").getByText(": ").waitFor();
  if ((await section.getAttribute("open")) === null) await section.locator("summary").click();
  await section.locator("#dbus-policy-content").waitFor();
}

/** Waits until the file is this one. */
export async function shows(section: Locator, content: string): Promise<void> {
  const file = section.locator("#dbus-policy-content");
  await eventuallyAsync(async () => (await file.inputValue()) === content, { what: content });
}
