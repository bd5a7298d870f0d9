import {
  checkBusName,
  checkErrorName,
  checkInterfaceName,
  checkMemberName,
  checkObjectPath,
  MAX_NAME_LENGTH,
  type NameProblem,
} from "../shared/names";
import { checkSignature } from "../shared/signature";
import { badMessage, malformed } from "./malformed";
import { StringCache } from "./string-cache";

/** Received names of one kind: those that are known are valid, others are checked. */
export class NameCache {
  readonly #known = new StringCache();
  readonly #check: (name: string) => NameProblem;

  constructor(check: (name: string) => NameProblem) {
    this.#check = check;
  }

  /** The name that these bytes hold. Throws DBusNodeError (DBUS_BAD_MESSAGE). */
  read(bytes: Buffer, start: number, end: number): string {
    const known = this.#known.find(bytes, start, end);
    if (known !== undefined) return known;
    // Every valid name is ASCII; what is not fails the check, however it is read.
    const name = bytes.toString("latin1", start, end);
    const problem = this.#check(name);
    if (problem !== undefined) {
      // A path has no greatest length, and a peer's megabytes do not belong into an error's text.
      throw name.length > MAX_NAME_LENGTH ? malformed("name", { length: name.length }) : badMessage(problem);
    }
    this.#known.keep(bytes, start, end, name);
    return name;
  }
}

export const objectPaths = new NameCache(checkObjectPath);
export const interfaceNames = new NameCache(checkInterfaceName);
export const memberNames = new NameCache(checkMemberName);
export const errorNames = new NameCache(checkErrorName);
export const busNames = new NameCache(checkBusName);
export const signatures = new NameCache(checkSignature);
