import type { NodeAPI } from "node-red";
import { text } from "../../../lib/shared/text";
import type { Request, Response } from "./express";
import { failureAnswer, RequestRefused } from "./failure";
import { comesFromOwnPage } from "./own-page";

/** What an endpoint is given: the fields of the query, or of the body's JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Gives what is sent as JSON. What it throws is answered as a `FailureAnswer`. `gone`: nobody waits for
 * the answer any more.
 */
export type Answer = (fields: Fields, request: Request, gone: AbortSignal) => object | Promise<object>;

/** `GET path`, permission `dbus.read`. It changes nothing. */
export function answerGet(RED: NodeAPI, path: string, answer: Answer): void {
  RED.httpAdmin.get(path, RED.auth.needsPermission("dbus.read"), (request, response) => {
    void respond(request, response, (gone) => answer(request.query as Fields, request, gone));
  });
}

/** `POST path` with a JSON body, permission `dbus.write`. */
export function answerPost(RED: NodeAPI, path: string, answer: Answer): void {
  RED.httpAdmin.post(path, RED.auth.needsPermission("dbus.write"), (request, response) => {
    void respond(request, response, (gone) => answer(bodyOf(request), request, gone));
  });
}

/** As `Answer`, a line of JSON for each `tell`, at once. */
export type Lines = (
  fields: Fields,
  request: Request,
  tell: (line: object) => void,
  gone: AbortSignal,
) => Promise<void>;

/** `POST path` with a JSON body, permission `dbus.write`; the answer grows while there is more to tell. */
export function answerLines(RED: NodeAPI, path: string, answer: Lines): void {
  RED.httpAdmin.post(path, RED.auth.needsPermission("dbus.write"), (request, response) => {
    void respond(request, response, async (gone) => {
      const tell = (line: object) => {
        if (!response.headersSent) response.set(LINES);
        response.write(`${JSON.stringify(line)}\n`);
      };
      await answer(bodyOf(request), request, tell, gone);
      response.end();
      return undefined;
    });
  });
}

/** A proxy (nginx) that collects an answer would hold the lines back. */
const LINES = { "content-type": "application/x-ndjson", "cache-control": "no-store", "x-accel-buffering": "no" };

function bodyOf(request: Request): Fields {
  const fields: unknown = request.body;
  const isJson = Boolean(request.is("application/json")) && typeof fields === "object" && fields !== null;
  if (!isJson) throw new RequestRefused(415, "NOT_JSON", text("admin.not-json"));
  return fields as Fields;
}

/** Never rejects. */
async function respond(
  request: Request,
  response: Response,
  answer: (gone: AbortSignal) => object | undefined | Promise<object | undefined>,
): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  try {
    if (!comesFromOwnPage(request, response)) {
      throw new RequestRefused(403, "FOREIGN_PAGE", text("admin.foreign-page"));
    }
    const result = await answer(gone.signal);
    if (result !== undefined) response.set("cache-control", "no-store").json(result);
  } catch (thrown) {
    const failure = failureAnswer(thrown);
    // What was begun cannot be taken back.
    if (response.headersSent) response.end();
    else response.status(failure.status).json(failure.answer);
  }
}
