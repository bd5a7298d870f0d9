import type { NodeAPI } from "node-red";
import { text } from "../../../lib/shared/text";
import type { Request, Response } from "./express";
import { failureAnswer, RequestRefused } from "./failure";
import { comesFromOwnPage } from "./own-page";

/** What an endpoint is given: the fields of the query, or of the body's JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/** Gives what is sent as JSON. What it throws is answered as a `FailureAnswer`. */
export type Answer = (fields: Fields, request: Request) => object | Promise<object>;

/** `GET path`, permission `dbus.read`. It changes nothing. */
export function answerGet(RED: NodeAPI, path: string, answer: Answer): void {
  RED.httpAdmin.get(path, RED.auth.needsPermission("dbus.read"), (request, response) => {
    void respond(request, response, () => answer(request.query as Fields, request));
  });
}

/** `POST path` with a JSON body, permission `dbus.write`. */
export function answerPost(RED: NodeAPI, path: string, answer: Answer): void {
  RED.httpAdmin.post(path, RED.auth.needsPermission("dbus.write"), (request, response) => {
    void respond(request, response, () => {
      const fields: unknown = request.body;
      const isJson = Boolean(request.is("application/json")) && typeof fields === "object" && fields !== null;
      if (!isJson) throw new RequestRefused(415, "NOT_JSON", text("admin.not-json"));
      return answer(fields as Fields, request);
    });
  });
}

/** Never rejects. */
async function respond(request: Request, response: Response, answer: () => object | Promise<object>): Promise<void> {
  try {
    if (!comesFromOwnPage(request, response)) {
      throw new RequestRefused(403, "FOREIGN_PAGE", text("admin.foreign-page"));
    }
    const result = await answer();
    response.set("cache-control", "no-store").json(result);
  } catch (thrown) {
    const failure = failureAnswer(thrown);
    // What was begun cannot be taken back.
    if (!response.headersSent) response.status(failure.status).json(failure.answer);
  }
}
