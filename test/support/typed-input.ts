import type { Locator } from "playwright-core";
import type { Editor } from "./editor";

/** Chooses a typed input's type by its menu; `within` is what holds it. */
export async function chooseInput(editor: Editor, within: Locator, label: string): Promise<void> {
  await within.locator(".red-ui-typedInput-type-select").click();
  await editor.page.locator(".red-ui-typedInput-options a:visible").getByText(label, { exact: true }).click();
}

/** Chooses one of a typed input's options, such as true or false. */
export async function chooseOption(editor: Editor, within: Locator, label: string): Promise<void> {
  await within.locator(".red-ui-typedInput-option-trigger").click();
  await editor.page.locator(".red-ui-typedInput-options a:visible").getByText(label, { exact: true }).click();
}

/** The field that one types into. */
export function typedField(within: Locator): Locator {
  return within.locator(".red-ui-typedInput-input");
}
