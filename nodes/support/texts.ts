import type { NodeAPI } from "node-red";
import { renderText, type Text } from "../../lib/shared/text";

/** The catalogue that all nodes share: that of the editor plugin. */
const CATALOGUE = "node-red-contrib-dbus/dbus-editor";

/** The catalogue key of a status, which the editor translates for whoever looks at it. */
export function statusKey(key: string): string {
  return `${CATALOGUE}:status.${key}`;
}

/** Renders a text in the runtime's language. */
export function translate(RED: NodeAPI, source: Text): string {
  return renderText(source, (key, params) => {
    // i18next would take a `$t(...)` in a parameter, which may come from the bus, for a reference.
    const safe = Object.entries(params).map(([name, value]) => [name, String(value).replaceAll("$t(", "$t (")]);
    return RED._(`${CATALOGUE}:${key}`, Object.fromEntries(safe));
  });
}
