/** Longer names, and more of one length, are not remembered: they come from outside. */
const LONGEST_NAME = 32;
const MOST_NAMES = 16;
const names = new Map<number, { bytes: Uint8Array; text: string }[]>();

/** Reads Kafka's protocol from a buffer, front to back. What is beyond its end fails with a RangeError. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  moveTo(position: number): void {
    this.#at = position;
  }

  int8(): number {
    return this.#bytes.readInt8(this.#forward(1));
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#forward(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#forward(4));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64BE(this.#forward(8));
  }

  varint(): number {
    let [result, shift, byte] = [0, 0, 0];
    do {
      byte = this.#bytes.readUInt8(this.#at++);
      result |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte > 0x7f);
    return (result >>> 1) ^ -(result & 1);
  }

  /** As `varint`, of up to ten bytes. */
  varlong(): bigint {
    let [result, shift, byte] = [0n, 0n, 0];
    do {
      byte = this.#bytes.readUInt8(this.#at++);
      result |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
    } while (byte > 0x7f);
    return (result >> 1n) ^ -(result & 1n);
  }

  /** Length and bytes, as a view; the length -1 is null. */
  varBytes(): Buffer | null {
    const length = this.varint();
    return length < 0 ? null : this.bytes(length);
  }

  /** A text that comes over and over: equal ones are the same string, which costs no decoding and no hashing as a property's name. */
  name(): string {
    const length = Math.max(0, this.varint());
    const start = this.#forward(length);
    const alike = names.getOrInsertComputed(length, () => []);
    for (const { bytes, text } of alike) if (this.#has(bytes, start)) return text;
    const text = this.#bytes.toString('utf8', start, this.#at);
    if (length <= LONGEST_NAME && alike.length < MOST_NAMES)
      alike.push({ bytes: Buffer.from(this.#bytes.subarray(start, this.#at)), text });
    return text;
  }

  string(): string {
    const length = this.int16();
    const start = this.#forward(Math.max(0, length));
    return this.#bytes.toString('utf8', start, this.#at);
  }

  bytes(length: number): Buffer {
    const start = this.#forward(length);
    return this.#bytes.subarray(start, this.#at);
  }

  #has(bytes: Uint8Array, start: number): boolean {
    for (let index = 0; index < bytes.length; index++) if (this.#bytes[start + index] !== bytes[index]) return false;
    return true;
  }

  #forward(length: number): number {
    const start = this.#at;
    if (start + length > this.#bytes.length) throw new RangeError('The answer of the broker ends too early.');
    this.#at += length;
    return start;
  }
}
