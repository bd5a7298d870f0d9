import {
  checkBusName,
  checkErrorName,
  checkInterfaceName,
  checkMemberName,
  checkObjectPath,
  type NameProblem,
} from "../shared/names";
import { checkSignature } from "../shared/signature";
import { badMessage } from "./malformed";
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
    if (problem !== undefined) throw badMessage(problem);
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
