import {
  BIG_ENDIAN_MARK,
  FIXED_HEADER_BYTES,
  LITTLE_ENDIAN_MARK,
  MAX_ARRAY_BYTES,
  MAX_MESSAGE_BYTES,
  PROTOCOL_VERSION,
} from "./limits";
import { malformed } from "./malformed";

/**
 * The length in bytes of the whole message that begins at `offset`, or undefined while fewer than its
 * first 16 bytes are `available`. Throws DBusNodeError (DBUS_BAD_MESSAGE) where no length can be
 * trusted: nothing after such bytes can be read, so the connection is to be closed.
 */
export function frameLength(buffer: Buffer, offset: number, available: number): number | undefined {
  if (available < FIXED_HEADER_BYTES) return undefined;
  const mark = buffer[offset];
  const little = mark === LITTLE_ENDIAN_MARK;
  if (!little && mark !== BIG_ENDIAN_MARK) throw malformed("byte-order", { got: mark ?? 0 });
  const version = buffer[offset + 3];
  if (version !== PROTOCOL_VERSION) throw malformed("version", { got: version ?? 0 });
  const body = little ? buffer.readUInt32LE(offset + 4) : buffer.readUInt32BE(offset + 4);
  const serial = little ? buffer.readUInt32LE(offset + 8) : buffer.readUInt32BE(offset + 8);
  if (serial === 0) throw malformed("serial");
  const fields = little ? buffer.readUInt32LE(offset + 12) : buffer.readUInt32BE(offset + 12);
  if (fields > MAX_ARRAY_BYTES) throw malformed("array-length", { length: fields });
  const total = bodyOffset(fields) + body;
  if (total > MAX_MESSAGE_BYTES) throw malformed("message-length", { length: total, most: MAX_MESSAGE_BYTES });
  return total;
}

/** Where the body begins, from the message's start, given the length of the field array. */
export function bodyOffset(fields: number): number {
  return (FIXED_HEADER_BYTES + fields + 7) & ~7;
}
