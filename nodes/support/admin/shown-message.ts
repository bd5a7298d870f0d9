import type { NodeAPI, NodeMessage } from "node-red";
import type { ShownMessage } from "../../../lib/shared/trial";

/** Of each text or list in a message; the debug sidebar's own default. */
const MOST_SHOWN = 1000;
/** Characters: an editor that is sent more becomes slow. */
const MOST_ENCODED = 512 * 1024;

/** A message as the editor can show it. Nothing of it is too large: many short parts are cut as one text. */
export function shownMessage(RED: NodeAPI, message: NodeMessage): ShownMessage {
  const encoded: ShownMessage = RED.util.encodeObject({ msg: message }, { maxLength: MOST_SHOWN });
  if (encoded.msg.length <= MOST_ENCODED) return encoded;
  return { format: `string[${encoded.msg.length}]`, msg: `${encoded.msg.slice(0, MOST_SHOWN)}…` };
}
