/** "Message Protocol: Message Format": header and body together. */
export const MAX_MESSAGE_BYTES = 128 * 1024 * 1024;
/** "Marshaling: ARRAY". */
export const MAX_ARRAY_BYTES = 64 * 1024 * 1024;
/**
 * Containers inside containers, variants included ("Message Protocol: Valid Messages"). As libdbus
 * counts: a dict is two, its array and its entry.
 */
export const MAX_DEPTH = 64;
/** The fixed part of a header, up to and with the length of the field array. */
export const FIXED_HEADER_BYTES = 16;
/** "Message Protocol: Header Fields". */
export const PROTOCOL_VERSION = 1;
export const LITTLE_ENDIAN_MARK = 0x6c;
export const BIG_ENDIAN_MARK = 0x42;

/** Codes of the header fields. */
export const FIELD = {
  path: 1,
  interface: 2,
  member: 3,
  errorName: 4,
  replySerial: 5,
  destination: 6,
  sender: 7,
  signature: 8,
  unixFds: 9,
} as const;
