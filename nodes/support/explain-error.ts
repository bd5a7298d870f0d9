import { DBusNodeError } from "../../lib/errors";
import { type Circumstances, type Explanation, explain } from "../../lib/policy/explain";
import type { BusLink } from "./bus-link";
import type { RefusalMemory } from "./last-refusal";
import { callerFacts } from "./machine";
import { otherBusWith } from "./other-bus";
import { RefusedError } from "./refused-error";

/** What a refusal means for whoever deployed this node; undefined for an error that is none. */
export function explanationOf(
  { asked, byBus, dbusName, body }: DBusNodeError,
  { target }: Pick<BusLink, "target">,
  more: Pick<Circumstances, "name" | "alsoOn" | "isAnswer"> = {},
): Explanation | undefined {
  if (asked === undefined) return undefined;
  const { destination, path, interface: interfaceName, member } = asked;
  const [said] = body ?? [];
  const call = { destination, path, interface: interfaceName, member, arguments: asked.body };
  const reply = { dbusName, byBus, message: typeof said === "string" ? said : "" };
  return explain(reply, { ...call, ...callerFacts(target), ...more });
}

/** A refusal with its explanation; whatever else was thrown as it is. */
export function explained(thrown: unknown, link: BusLink): unknown {
  if (!(thrown instanceof DBusNodeError)) return thrown;
  const explanation = explanationOf(thrown, link);
  return explanation === undefined ? thrown : new RefusedError(thrown, explanation);
}

/** Of a signal or an answer that the bus did not let pass. */
export function explainedPost(
  error: DBusNodeError,
  link: Pick<BusLink, "target">,
  what: "signal" | "answer",
): DBusNodeError {
  const explanation = explanationOf(error, link, { isAnswer: what === "answer" });
  return explanation === undefined ? error : new RefusedError(error, explanation, "not-delivered");
}

/** What a call comes to; if it is refused, explained, and remembered until one to that destination works. */
export async function explainedCall<Result>(
  call: Promise<Result>,
  destination: string,
  link: BusLink,
  memory?: RefusalMemory,
): Promise<Result> {
  try {
    const result = await call;
    memory?.clear({ destination });
    return result;
  } catch (thrown) {
    const error = await withOtherBus(explained(thrown, link), link);
    if (error instanceof RefusedError) memory?.keep(error.explanation, link, { destination });
    // Whatever the service did not like, the call came to it.
    else if (error instanceof DBusNodeError && error.byBus === false) memory?.clear({ destination });
    throw error;
  }
}

/** Of a name that is not on this bus, the other bus of this machine is asked where it is at hand. */
async function withOtherBus(error: unknown, link: BusLink): Promise<unknown> {
  if (!(error instanceof RefusedError) || error.explanation.kind !== "not-here") return error;
  const alsoOn = await otherBusWith(error.asked?.destination ?? "", link);
  const explanation = alsoOn === undefined ? undefined : explanationOf(error, link, { alsoOn });
  return explanation === undefined ? error : new RefusedError(error, explanation);
}
