import { watchNames } from "./name-watch";
import { watchObjects } from "./object-watch";
import { watchProperties } from "./property-watch";
import { watchSignals } from "./signal-watch";
import type { Watch, WatchContext } from "./watch";

const WATCHES = { signal: watchSignals, properties: watchProperties, objects: watchObjects, names: watchNames };

/** Starts listening in the way that the selection names. */
export function startWatch(context: WatchContext): Watch {
  return WATCHES[context.selection.listen](context);
}
