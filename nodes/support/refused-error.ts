import { type DBusErrorCode, DBusNodeError } from "../../lib/errors";
import type { Explanation } from "../../lib/policy/explain";
import { text } from "../../lib/shared/text";

/** So much of what the bus or the service said goes into the sentence; all of it is in the error's body. */
const LONGEST = 90;

/** An error that is a refusal, with what it means and what to do in its text. */
export class RefusedError extends DBusNodeError {
  readonly explanation: Explanation;

  /** `what`: what became of it, a key below `errors`. */
  constructor(error: DBusNodeError, explanation: Explanation, what: "refused" | "not-delivered" = "refused") {
    const { meaning, advice } = explanation;
    const params = { member: error.asked?.member ?? "", meaning, advice, message: saidIn(error) };
    super(codeOf(explanation), text(`errors.${what}`, params), error);
    this.explanation = explanation;
  }
}

/** What was answered in words, cut where it is long; the error's name where there were none. */
export function saidIn({ body, dbusName }: DBusNodeError): string {
  const [first] = body ?? [];
  const said = typeof first === "string" && first !== "" ? first : (dbusName ?? "");
  return said.length > LONGEST ? `${said.slice(0, LONGEST - 1)}…` : said;
}

/** Services have error names of their own for it. */
function codeOf({ kind }: Explanation): DBusErrorCode {
  return kind === "not-here" ? "DBUS_NAME_NOT_FOUND" : "DBUS_ACCESS_DENIED";
}
