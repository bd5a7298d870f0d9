import { type DBusType, parseSignature } from "../shared/signature";
import { text } from "../shared/text";
import { BodyDecoder } from "./decode-body";
import { Decoder } from "./decoder";
import { bodyOffset } from "./frame";
import { missingField, reservedField } from "./header-rules";
import { FIELD, FIXED_HEADER_BYTES, LITTLE_ENDIAN_MARK } from "./limits";
import { badMessage, fileDescriptors, malformed } from "./malformed";
import { busNames, errorNames, interfaceNames, memberNames, objectPaths, signatures } from "./name-cache";
import type { DecodeOptions, IncomingMessage } from "./types";

/**
 * Decodes the header of one whole message, whose length `frameLength` gave. Throws DBusNodeError
 * (DBUS_BAD_MESSAGE): drop this message, the connection is sound. Types that the specification does
 * not know are not refused here; the receiver ignores them.
 * @param frame holds the message from `start` to `end`
 * @param owned the frame is not written to again, so that large byte arrays may be views of it
 */
export function decodeMessage(frame: Buffer, start = 0, end = frame.length, owned = false): IncomingMessage {
  const message = new Message(frame, start, end, owned);
  message.readHeader();
  return message;
}

class Message implements IncomingMessage {
  readonly type: number;
  readonly flags: number;
  readonly serial: number;
  path: string | undefined = undefined;
  interface: string | undefined = undefined;
  member: string | undefined = undefined;
  errorName: string | undefined = undefined;
  replySerial: number | undefined = undefined;
  destination: string | undefined = undefined;
  sender: string | undefined = undefined;
  signature = "";
  unixFds = 0;
  readonly #frame: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly #owned: boolean;
  readonly #little: boolean;
  readonly #fieldsLength: number;

  constructor(frame: Buffer, start: number, end: number, owned: boolean) {
    this.#frame = frame;
    this.#start = start;
    this.#end = end;
    this.#owned = owned;
    this.#little = frame[start] === LITTLE_ENDIAN_MARK;
    this.type = frame[start + 1] ?? 0;
    this.flags = frame[start + 2] ?? 0;
    this.serial = this.#word(8);
    this.#fieldsLength = this.#word(12);
  }

  body(options: DecodeOptions): unknown[] {
    const parsed = parseSignature(this.signature);
    const types: readonly DBusType[] = "types" in parsed ? parsed.types : [];
    if (this.signature.includes("h")) throw fileDescriptors();
    const start = this.#start + bodyOffset(this.#fieldsLength);
    const source = new Decoder(this.#frame, this.#little, start, start, this.#end);
    return new BodyDecoder(source, options, this.#owned).values(types);
  }

  readHeader(): void {
    if (this.type === 0) throw malformed("type");
    const start = this.#start + FIXED_HEADER_BYTES;
    const end = start + this.#fieldsLength;
    const bodyStart = this.#start + bodyOffset(this.#fieldsLength);
    if (bodyStart > this.#end) throw malformed("truncated");
    const source = new Decoder(this.#frame, this.#little, this.#start, start, end);
    let seen = 0;
    while (source.position < end) {
      source.align(8);
      const code = source.byte();
      if (code === 0) throw malformed("field-code");
      const bit = code < 32 ? 1 << code : 0;
      if ((seen & bit) !== 0) throw malformed("field-twice", { code });
      seen |= bit;
      this.#readField(code, source);
    }
    new Decoder(this.#frame, this.#little, this.#start, end, bodyStart).align(8);
    this.#checkFields(bodyStart);
  }

  #readField(code: number, source: Decoder): void {
    const type = TYPE_OF_FIELD[code];
    if (type === undefined) {
      skipValue(source);
      return;
    }
    if (source.oneCharacterSignature() !== type.charCodeAt(0)) throw malformed("field-type", { code, expected: type });
    switch (code) {
      case FIELD.path:
        this.path = source.name(objectPaths);
        break;
      case FIELD.interface:
        this.interface = source.name(interfaceNames);
        break;
      case FIELD.member:
        this.member = source.name(memberNames);
        break;
      case FIELD.errorName:
        this.errorName = source.name(errorNames);
        break;
      case FIELD.replySerial:
        this.replySerial = source.uint32();
        break;
      case FIELD.destination:
        this.destination = source.name(busNames);
        break;
      case FIELD.sender:
        this.sender = source.name(busNames);
        break;
      case FIELD.signature:
        this.signature = source.signature(signatures);
        break;
      case FIELD.unixFds:
        this.unixFds = source.uint32();
        break;
    }
  }

  #checkFields(bodyStart: number): void {
    const missing = missingField(this);
    if (missing !== undefined) throw malformed("field-missing", { field: text(`fields.${missing}`) });
    if (this.replySerial === 0) throw malformed("reply-serial");
    const reserved = reservedField(this);
    if (reserved !== undefined) throw badMessage(reserved.problem);
    if (this.signature === "" && bodyStart !== this.#end) throw malformed("body-length");
  }

  #word(offset: number): number {
    const at = this.#start + offset;
    return this.#little ? this.#frame.readUInt32LE(at) : this.#frame.readUInt32BE(at);
  }
}

/** An array of structs. */
const HEADER_DEPTH = 2;

/** The type of each known field, by its code. */
const TYPE_OF_FIELD = [undefined, "o", "s", "s", "s", "u", "s", "s", "g", "u"];

/** "Header Fields": one that is not known is to be accepted and ignored; it is read to know where it ends. */
function skipValue(source: Decoder): void {
  new BodyDecoder(source, { int64: "auto", keepTypes: false }, false).skipVariant(HEADER_DEPTH);
}
