import type { NodeRed } from "./node-red";

/** bcrypt of "secret", at the lowest cost. */
const SECRET = "$2b$04$4oXhEkT6FeVndxCPLxog8e65Y2SDaYoo3Xjw1csdxIYKdpvHithZ.";

export interface AdminRequest {
  /** Fields of the query. */
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON, by POST. */
  readonly body?: object;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered<Body> {
  readonly status: number;
  readonly body: Body;
}

/** Asks an endpoint of this package as jQuery does in the editor. */
export async function askRuntime<Body>(
  nodeRed: NodeRed,
  route: string,
  { query = {}, body, token, headers = {} }: AdminRequest = {},
): Promise<Answered<Body>> {
  const fields = new URLSearchParams(query).toString();
  const answer = await nodeRed.api(`/dbus/${route}${fields === "" ? "" : `?${fields}`}`, {
    headers: {
      "x-requested-with": "XMLHttpRequest",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  const source = await answer.text();
  const isJson = answer.headers.get("content-type")?.includes("json") === true;
  return { status: answer.status, body: (isJson ? JSON.parse(source) : source) as Body };
}

/** Settings with these users, by their permissions; everybody's password is "secret". */
export function withUsers(permissions: Readonly<Record<string, string | readonly string[]>>): object {
  const users = Object.entries(permissions).map(([username, granted]) => ({
    username,
    password: SECRET,
    permissions: granted,
  }));
  return { adminAuth: { type: "credentials", users } };
}

export async function tokenOf(nodeRed: NodeRed, username: string): Promise<string> {
  const client = { client_id: "node-red-admin", grant_type: "password", scope: "", username, password: "secret" };
  const answer = await nodeRed.api("/auth/token", { method: "POST", body: new URLSearchParams(client) });
  return (await answer.json()).access_token as string;
}
