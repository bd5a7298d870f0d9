import type { DBusType } from "../shared/signature";

/** "Marshaling: Summary": the boundary on which a value of the type begins, in bytes from the message's start. */
export function alignmentOf(type: DBusType): 1 | 2 | 4 | 8 {
  switch (type.kind) {
    case "variant":
      return 1;
    case "struct":
      return 8;
    case "array":
    case "dict":
      return 4;
    case "basic":
      return ALIGNMENT[type.signature];
  }
}

const ALIGNMENT = { y: 1, g: 1, n: 2, q: 2, b: 4, i: 4, u: 4, s: 4, o: 4, h: 4, x: 8, t: 8, d: 8 } as const;
