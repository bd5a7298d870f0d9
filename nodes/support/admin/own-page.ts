import type { Request, Response } from "./express";

/**
 * Whether a request comes from a page of this Node-RED, or from no page at all.
 *
 * Node-RED 4.1 allows pages of any origin to read what its admin API answers, and answers every preflight: a
 * page that a person visits could look around on the buses of a Node-RED without `adminAuth`. The header
 * that jQuery adds to requests at home (`X-Requested-With`) makes a page elsewhere send an `Origin`, which
 * pages cannot choose; nor can they choose `Sec-Fetch-Site`, which is right behind any proxy, but which
 * browsers send only to `https:` and `localhost`. An origin that the settings let in by name
 * (`httpAdminCors`) is let in.
 */
export function comesFromOwnPage(request: Request, response: Response): boolean {
  if (request.get("x-requested-with") === undefined) return false;
  const origin = request.get("origin");
  if (origin !== undefined && response.getHeader("access-control-allow-origin") === origin) return true;
  const site = request.get("sec-fetch-site");
  if (site !== undefined) return site === "same-origin" || site === "none";
  return origin === undefined || hostOf(origin) === request.get("host")?.toLowerCase();
}

/** With the port where it is not the scheme's own, as in a Host header. "null" is the origin of a page without one. */
function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
