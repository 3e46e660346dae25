import type { ByteWriter } from './byte-writer.ts';
import { crc32c } from './crc32c.ts';

type Bytes = string | Uint8Array | null;
export type WireRecord = { key: Bytes; value: Bytes; headers?: Readonly<Record<string, Bytes | readonly Bytes[]>> };

const MAGIC = 2;
/** Of a producer that is not idempotent. */
const NO_PRODUCER = -1n;

/** Writes the records as one uncompressed batch of message format 2, stamped with the time given. */
export function writeRecordBatch(writer: ByteWriter, records: readonly WireRecord[], now: number): void {
  writer.int64(0n);
  const lengthAt = writer.length;
  writer.int32(0);
  writer.int32(0);
  writer.int8(MAGIC);
  const crcAt = writer.length;
  writer.int32(0);
  writer.int16(0);
  writer.int32(records.length - 1);
  writer.int64(BigInt(now));
  writer.int64(BigInt(now));
  writer.int64(NO_PRODUCER);
  writer.int16(0);
  writer.int32(0);
  writer.int32(records.length);
  records.forEach((record, offset) => {
    writeRecord(writer, record, offset);
  });
  writer.setUint32(lengthAt, writer.length - lengthAt - 4);
  writer.setUint32(crcAt, crc32c(writer.view(crcAt + 4)));
}

function writeRecord(writer: ByteWriter, { key, value, headers = {} }: WireRecord, offset: number): void {
  const start = writer.length;
  writer.int8(0);
  writer.varint(0);
  writer.varint(offset);
  writer.varBytes(key);
  writer.varBytes(value);
  const entries = Object.entries(headers);
  writer.varint(entries.reduce((sum, [, content]) => sum + (Array.isArray(content) ? content.length : 1), 0));
  for (const [name, content] of entries)
    if (Array.isArray(content)) for (const each of content) writeHeader(writer, name, each);
    else writeHeader(writer, name, content as Bytes);
  writer.prefixLength(start);
}

function writeHeader(writer: ByteWriter, name: string, content: Bytes): void {
  writer.varBytes(name);
  writer.varBytes(content);
}
