import { DBusNodeError } from "../errors";
import { type Text, text } from "../shared/text";
import { type CookieRequest, cookieResponse, parseCookieChallenge } from "./cookie";

/** What to do next. */
export type AuthenticationStep =
  /** Wait for more bytes from the server. */
  | { readonly kind: "wait" }
  /** Send this, then ask for the `next` step. */
  | { readonly kind: "send"; readonly line: string }
  /** Find this cookie and hand it to `answerCookie`, or the reason why there is none to `skipMechanism`. */
  | { readonly kind: "cookie"; readonly request: CookieRequest }
  /** Send this, and the connection speaks D-Bus; `rest` came after the server's last line. */
  | { readonly kind: "done"; readonly line: string; readonly serverGuid: string; readonly rest: Buffer }
  | { readonly kind: "refused"; readonly error: DBusNodeError };

export interface AuthenticationOptions {
  readonly transport: "unix" | "tcp" | "unixexec";
  /** The effective user id; undefined where the platform has none. */
  readonly uid: number | undefined;
  /** The address, for errors. */
  readonly address: string;
}

interface Attempt {
  readonly mechanism: "EXTERNAL" | "DBUS_COOKIE_SHA1" | "ANONYMOUS";
  /** The initial response in hex; "" sends none. */
  readonly initial: string;
}

/** All that a server may send before it says OK; the longest honest line is a list of mechanisms. */
const MAX_INPUT_BYTES = 16_384;
const CRLF = Buffer.from("\r\n");
const WAIT: AuthenticationStep = { kind: "wait" };

/**
 * The client's side of "Authentication Protocol", without any input or output of its own. Mechanisms
 * in turn: EXTERNAL without a uid, which lets the server take the one that the socket proves (the only
 * form that works where a container's uid differs from the host's); EXTERNAL with the uid, for older
 * servers. Over tcp: EXTERNAL with the uid, DBUS_COOKIE_SHA1, ANONYMOUS, and EXTERNAL without a uid
 * only then: dbus-daemon says OK to it over tcp, finds that nothing was proved and hangs up, but a
 * relay to a local socket lets us in by it. Passing of file descriptors is never negotiated, so a bus
 * sends us none.
 */
export class Authentication {
  readonly #options: AuthenticationOptions;
  readonly #attempts: Attempt[];
  readonly #tried: string[] = [];
  #current: Attempt | undefined;
  #state: "idle" | "authenticating" | "cancelling" | "finding-cookie" | "over" = "idle";
  #challenge = "";
  #offered: readonly string[] | undefined;
  #reason: Text | undefined;
  #input: Buffer = Buffer.alloc(0);
  #received = 0;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
    this.#attempts = attempts(options);
  }

  /** The first bytes of the connection: the credentials' NUL, and the first mechanism. */
  start(): string {
    const step = this.#nextMechanism();
    return step.kind === "send" ? `\0${step.line}` : "\0";
  }

  /** Takes bytes from the server, which are copied. */
  receive(bytes: Uint8Array): AuthenticationStep {
    this.#received += bytes.length;
    this.#input = this.#input.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#input, bytes]);
    return this.next();
  }

  /** The step for the next line that has been received. */
  next(): AuthenticationStep {
    if (this.#state === "finding-cookie" || this.#state === "over") return WAIT;
    const end = this.#input.indexOf(CRLF);
    // What follows an OK in the same chunk is not of this protocol, so only what is before counts.
    const after = end < 0 ? 0 : this.#input.length - end - CRLF.length;
    if (this.#received - after > MAX_INPUT_BYTES) {
      return this.#refuse(text("link.auth-too-long", { address: this.#options.address, most: MAX_INPUT_BYTES }));
    }
    if (end < 0) return WAIT;
    const line = this.#input.toString("latin1", 0, end);
    this.#input = this.#input.subarray(end + CRLF.length);
    return this.#line(line);
  }

  answerCookie(cookie: string): AuthenticationStep {
    this.#state = "authenticating";
    return { kind: "send", line: data(cookieResponse(this.#challenge, cookie)) };
  }

  /** Gives the present mechanism up; the reason is told if none of the others works either. */
  skipMechanism(reason: Text): AuthenticationStep {
    this.#reason = reason;
    return this.#cancel();
  }

  #line(line: string): AuthenticationStep {
    const space = line.indexOf(" ");
    const command = space < 0 ? line : line.slice(0, space);
    const argument = space < 0 ? "" : line.slice(space + 1).trim();
    if (command === "REJECTED") {
      if (argument !== "") this.#offered = argument.split(/ +/);
      return this.#nextMechanism();
    }
    // "WaitingForReject": a server that answers anything else is not waited for any longer.
    if (this.#state === "cancelling") return this.#nextMechanism();
    switch (command) {
      case "OK":
        this.#state = "over";
        return { kind: "done", line: "BEGIN\r\n", serverGuid: argument, rest: this.#input };
      case "DATA":
        return this.#data(argument);
      case "ERROR":
        return this.#cancel();
      default:
        return { kind: "send", line: "ERROR\r\n" };
    }
  }

  #data(hex: string): AuthenticationStep {
    if (this.#current?.mechanism !== "DBUS_COOKIE_SHA1") return { kind: "send", line: "DATA\r\n" };
    const request = parseCookieChallenge(Buffer.from(hex, "hex").toString("latin1"));
    if (request === undefined) return this.#cancel();
    this.#state = "finding-cookie";
    this.#challenge = request.challenge;
    return { kind: "cookie", request };
  }

  #cancel(): AuthenticationStep {
    this.#state = "cancelling";
    return { kind: "send", line: "CANCEL\r\n" };
  }

  #nextMechanism(): AuthenticationStep {
    for (;;) {
      const attempt = this.#attempts.shift();
      if (attempt === undefined) return this.#refuse(this.#refusal());
      // The first attempt may find the server's list out.
      if (this.#offered !== undefined && !this.#offered.includes(attempt.mechanism)) continue;
      this.#current = attempt;
      this.#state = "authenticating";
      if (!this.#tried.includes(attempt.mechanism)) this.#tried.push(attempt.mechanism);
      const initial = attempt.initial === "" ? "" : ` ${attempt.initial}`;
      return { kind: "send", line: `AUTH ${attempt.mechanism}${initial}\r\n` };
    }
  }

  #refusal(): Text {
    const { address, uid } = this.#options;
    if (this.#reason !== undefined) return this.#reason;
    return text("link.auth-refused", {
      address,
      uid: uid ?? text("link.nothing"),
      tried: this.#tried.join(", "),
      offered: this.#offered?.map(printable).join(", ") ?? text("link.nothing"),
    });
  }

  #refuse(problem: Text): AuthenticationStep {
    this.#state = "over";
    return { kind: "refused", error: new DBusNodeError("DBUS_AUTH_REFUSED", problem) };
  }
}

function attempts({ transport, uid }: AuthenticationOptions): Attempt[] {
  const proven: Attempt = { mechanism: "EXTERNAL", initial: "" };
  const id = uid === undefined ? "" : hex(String(uid));
  const claimed: Attempt[] = id === "" ? [] : [{ mechanism: "EXTERNAL", initial: id }];
  if (transport !== "tcp") return [proven, ...claimed];
  const cookie: Attempt[] = id === "" ? [] : [{ mechanism: "DBUS_COOKIE_SHA1", initial: id }];
  // The response is a trace for the server's log: it says nothing about who we are.
  const anonymous: Attempt = { mechanism: "ANONYMOUS", initial: hex("node-red-contrib-dbus") };
  return [...claimed, ...cookie, anonymous, proven];
}

function data(response: string): string {
  return `DATA ${hex(response)}\r\n`;
}

function hex(source: string): string {
  return Buffer.from(source, "latin1").toString("hex");
}

/** The server's own words go into a text for a person. */
function printable(word: string): string {
  return word.replace(/[^\x21-\x7e]/g, "?").slice(0, 40);
}
