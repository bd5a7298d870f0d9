import { createHash, randomBytes } from "node:crypto";
import { promises } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { DBusNodeError } from "../errors";
import { type Text, text } from "../shared/text";

/** What the server asks for in "DBUS_COOKIE_SHA1": a cookie of a keyring file, and its challenge. */
export interface CookieRequest {
  readonly context: string;
  readonly id: string;
  readonly challenge: string;
}

/** "Authentication: DBUS_COOKIE_SHA1": the characters that a context, which becomes a file name, may have. */
const CONTEXT = /^[\x21-\x2d\x30-\x5b\x5d-\x7e]+$/;

/** The server's challenge, decoded from hex; undefined where it is not of the form `context id challenge`. */
export function parseCookieChallenge(data: string): CookieRequest | undefined {
  const [context = "", id = "", challenge = "", ...rest] = data.split(" ");
  if (rest.length > 0 || challenge === "" || !/^\d{1,10}$/.test(id) || !CONTEXT.test(context)) return undefined;
  return { context, id, challenge };
}

/** The client's answer, before hex: its own challenge and the hash over both and the cookie. */
export function cookieResponse(serverChallenge: string, cookie: string, clientChallenge = newChallenge()): string {
  const hash = createHash("sha1").update(`${serverChallenge}:${clientChallenge}:${cookie}`).digest("hex");
  return `${clientChallenge} ${hash}`;
}

/**
 * Reads a cookie from `~/.dbus-keyrings/<context>`. Rejects with DBusNodeError (DBUS_AUTH_REFUSED)
 * when there is none, or when others can read the folder: then the cookie proves nothing.
 */
export async function readCookie(
  { context, id }: CookieRequest,
  directory = path.join(homedir(), ".dbus-keyrings"),
): Promise<string> {
  const file = path.join(directory, context);
  let content: string;
  try {
    const { mode } = await promises.stat(directory);
    if ((mode & 0o077) !== 0) throw refused(text("link.keyring-open", { directory }));
    content = await promises.readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof DBusNodeError) throw cause;
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw refused(text("link.keyring-unreadable", { file, reason }), cause);
  }
  for (const line of content.split("\n")) {
    // "id creation-time cookie"
    const [lineId, , cookie] = line.trim().split(" ");
    if (lineId === id && cookie !== undefined && cookie !== "") return cookie;
  }
  throw refused(text("link.cookie-missing", { file, id }));
}

function newChallenge(): string {
  return randomBytes(16).toString("hex");
}

function refused(problem: Text, cause?: unknown): DBusNodeError {
  return new DBusNodeError("DBUS_AUTH_REFUSED", problem, { cause });
}
