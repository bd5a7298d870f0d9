import { renderText, type Text } from "../lib/shared/text";

const CATALOGUE = "node-red-contrib-dbus/dbus-editor:";

/** A text of the shared catalogue, in the editor's language. Not escaped: for `.text()` and attributes only. */
export function say(source: Text): string {
  return renderText(source, (key, params) => RED._(CATALOGUE + key, params));
}
