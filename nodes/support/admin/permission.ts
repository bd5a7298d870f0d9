import type { NodeAPI } from "node-red";
import type { Request, Response } from "./express";

/**
 * Whether whoever sent the request has one more permission than the endpoint asks for. Node-RED knows
 * permissions as middleware only, which goes on or ends the answer itself: here it has one of its own to end.
 */
export function hasPermission(RED: NodeAPI, request: Request, permission: string): Promise<boolean> {
  return new Promise((resolve) => {
    const refused = () => resolve(false);
    const answer = {
      statusCode: 200,
      status: () => answer,
      sendStatus: refused,
      setHeader: () => answer,
      getHeader: () => undefined,
      end: refused,
    };
    const handler = RED.auth.needsPermission(permission);
    handler(request, answer as unknown as Response, (error?: unknown) => resolve(error === undefined));
  });
}
