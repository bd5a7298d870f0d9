import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";

/** Policy files are far smaller; what is cut here is refused for its length. */
const MOST_BYTES = 1 << 24;
const PART_BYTES = 1 << 16;

/** A file's text, its first 16 MiB at most, since a device has no end. Throws what the file system throws. */
export function readText(
  file: string,
  flags: number = constants.O_RDONLY,
): { readonly content: string; readonly stat: Stats } {
  const handle = openSync(file, flags);
  try {
    const parts: Buffer[] = [];
    for (let size = 0; size < MOST_BYTES; ) {
      const part = Buffer.allocUnsafe(PART_BYTES);
      const length = readSync(handle, part);
      if (length === 0) break;
      parts.push(part.subarray(0, length));
      size += length;
    }
    return { content: Buffer.concat(parts).toString("utf8"), stat: fstatSync(handle) };
  } finally {
    closeSync(handle);
  }
}
