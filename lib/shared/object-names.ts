import { checkWellKnownName } from "./names";

/** What an object is usually called that is the only one of a bus name; undefined for what is no such name. */
export function objectNamesFor(busName: string): { readonly path: string; readonly interface: string } | undefined {
  if (checkWellKnownName(busName) !== undefined) return undefined;
  // Bus names may have hyphens, paths and interface names may not.
  const name = busName.replaceAll("-", "_");
  return { path: `/${name.replaceAll(".", "/")}`, interface: name };
}
