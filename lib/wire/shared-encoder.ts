import { Encoder } from "./encoder";

const shared = new Encoder();
let inUse = false;

/** Runs `encode` with an encoder that is empty, and used again by the next: what it takes out of it are copies. */
export function encoding<Result>(encode: (out: Encoder) => Result): Result {
  // A getter inside a value may send a message of its own in the middle of this one.
  if (inUse) return encode(new Encoder());
  inUse = true;
  try {
    return encode(shared);
  } finally {
    shared.reset();
    inUse = false;
  }
}
