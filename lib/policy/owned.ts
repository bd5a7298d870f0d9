import { placedRules } from "./lint-rules";
import { parseConfig } from "./parse-policy";

/** A name that a file lets one user own. */
export interface OwnedName {
  readonly name: string;
  readonly user: string;
}

/** The names that a policy file gives to a user; none where it cannot be read. */
export function ownedNames(source: string): readonly OwnedName[] {
  const parsed = parseConfig(source);
  if (!parsed.ok) return [];
  return placedRules(parsed.root).flatMap(({ effect, element, scope }): OwnedName[] => {
    const [name, user] = [element.attributes["own"], scope["user"]];
    return effect === "allow" && name !== undefined && user !== undefined ? [{ name, user }] : [];
  });
}
