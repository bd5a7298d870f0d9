/**
 * What kind of container a flow value is. Values made in a function node come from another realm, so
 * `instanceof` is false for them: every test here looks at the object itself.
 */

/** The name of a typed array's kind, from the array itself: no realm or property can pretend it. */
const typedArrayName = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)
  ?.get as (this: unknown) => string | undefined;

export function isBytes(value: unknown): value is Uint8Array {
  return typedArrayName.call(value) === "Uint8Array";
}

/** The bytes of a Buffer or Uint8Array, not copied; undefined for anything else. */
export function asBytes(value: unknown): Buffer | undefined {
  // A view of our own: a subclass may have replaced `length` and its kin.
  return isBytes(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : undefined;
}

/** An array, or a typed array, which holds numbers like one. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || typedArrayName.call(value) !== undefined;
}

export function isMap(value: unknown): value is Map<unknown, unknown> {
  return tagOf(value) === "[object Map]";
}

/** What kind of object it says that it is: `[object Object]`, `[object Map]`, ... */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value);
}

/** An object with keys and values, as opposed to a Date, a Buffer, a function, an array, a Map. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && tagOf(value) === "[object Object]";
}

/** Sets an own key, whatever it is called: `__proto__` would otherwise change the prototype. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}
