import type { ObjectsQuery } from "../../lib/shared/admin";
import { text } from "../../lib/shared/text";
import type { LiveBus } from "./live-bus";
import type { Offer } from "./suggestion";

/**
 * A service that is not running has no objects to show, and nothing starts it without being asked: a person
 * says so, and says so again. `again`: what is offered once it runs.
 */
export function startOffer(live: LiveBus, query: ObjectsQuery, again: () => Promise<Offer | undefined>): Offer {
  const service = query.destination;
  const start = async (): Promise<Offer | undefined> => {
    const started = await live.start(query);
    return "problem" in started ? { suggestions: [], note: started.problem } : again();
  };
  const ask = async (): Promise<Offer> => ({
    suggestions: [],
    note: text("live.start-sure", { service }),
    actions: [
      { label: text("live.start-yes"), run: start },
      { label: text("live.start-no"), run: async () => undefined },
    ],
  });
  return {
    suggestions: [],
    note: text("live.not-running", { service }),
    actions: [{ label: text("live.start"), run: ask }],
  };
}
