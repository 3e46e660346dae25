const FIRST_BYTES = 16 * 1024;
/** Up to here a loop is quicker than a call out of JavaScript. */
const SHORT = 64;

/** A buffer that grows as Kafka's protocol is written into it. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #end = 0;

  get length(): number {
    return this.#end;
  }

  /** What was written from there on, as a view of it. */
  view(start = 0): Buffer {
    return this.#bytes.subarray(start, this.#end);
  }

  int8(value: number): void {
    this.#reserve(1);
    this.#end = this.#bytes.writeInt8(value, this.#end);
  }

  int16(value: number): void {
    this.#reserve(2);
    this.#end = this.#bytes.writeInt16BE(value, this.#end);
  }

  int32(value: number): void {
    this.#reserve(4);
    this.#end = this.#bytes.writeInt32BE(value, this.#end);
  }

  int64(value: bigint): void {
    this.#reserve(8);
    this.#end = this.#bytes.writeBigInt64BE(value, this.#end);
  }

  /** Overwrites what was written at that place. */
  setUint32(at: number, value: number): void {
    this.#bytes.writeUInt32BE(value, at);
  }

  /** Zigzag-coded, as lengths and deltas in records are. */
  varint(value: number): void {
    this.#reserve(5);
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    while (rest > 0x7f) {
      this.#bytes[this.#end++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#end++] = rest;
  }

  /** Length and bytes; null has the length -1. */
  varBytes(value: string | Uint8Array | null): void {
    if (typeof value === 'string') this.#varText(value);
    else if (value === null) this.varint(-1);
    else {
      this.varint(value.length);
      this.#append(value);
    }
  }

  string(text: string | null): void {
    const length = text === null ? -1 : Buffer.byteLength(text);
    this.int16(length);
    if (text === null) return;
    this.#reserve(length);
    this.#end += this.#bytes.write(text, this.#end);
  }

  /** Puts the length, as a varint, before what was written from there on. */
  prefixLength(start: number): void {
    const end = this.#end;
    const length = end - start;
    // Written behind, it tells its own length.
    this.varint(length);
    this.#bytes.copyWithin(start + this.#end - end, start, end);
    this.#end = start;
    this.varint(length);
    this.#end += length;
  }

  #varText(text: string): void {
    if (text.length <= SHORT && this.#ascii(text)) return;
    const length = Buffer.byteLength(text);
    this.varint(length);
    this.#reserve(length);
    this.#end += this.#bytes.write(text, this.#end);
  }

  /** Whether the text was written: only ASCII has as many bytes as characters. */
  #ascii(text: string): boolean {
    const start = this.#end;
    this.varint(text.length);
    this.#reserve(text.length);
    let at = this.#end;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.#end = start;
        return false;
      }
      this.#bytes[at++] = code;
    }
    this.#end = at;
    return true;
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  #reserve(length: number): void {
    if (this.#end + length <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#end + length));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}
