import { ByteReader } from './byte-reader.ts';

type HeaderValue = Buffer | null;

/** A record as kafkajs gives it to its consumer. */
export type FetchedMessage = {
  offset: string;
  timestamp: string;
  attributes: number;
  key: Buffer | null;
  value: Buffer | null;
  /** Of a name that is there several times, all values. */
  headers: Record<string, HeaderValue | HeaderValue[]>;
  isControlRecord: boolean;
};

export type FetchResponse = {
  throttleTime: number;
  clientSideThrottleTime: number;
  errorCode: number;
  sessionId: number;
  responses: { topicName: string; partitions: FetchedPartition[] }[];
};

type FetchedPartition = {
  partition: number;
  errorCode: number;
  highWatermark: string;
  lastStableOffset: string;
  lastStartOffset: string;
  abortedTransactions: [];
  preferredReadReplica: number;
  messages: FetchedMessage[];
};

/** What only kafkajs itself can read: compressed records, older formats, transactions that were aborted. */
export class UnusualResponse extends Error {}

const MAGIC = 2;
const COMPRESSION = 0x07;
const LOG_APPEND_TIME = 0x08;
const CONTROL = 0x20;
/** Offset and length, before what the length counts. */
const BATCH_PREFIX = 12;
/** Up to the number of records. */
const BATCH_HEAD = 61;

/** The body of a fetch response, version 11. Fails with UnusualResponse where it is not as this project's records are. */
export function decodeFetch(bytes: Buffer): FetchResponse {
  const reader = new ByteReader(bytes);
  const clientSideThrottleTime = reader.int32();
  const errorCode = reader.int16();
  const sessionId = reader.int32();
  const responses = many(reader, () => ({ topicName: reader.string(), partitions: many(reader, () => partitionOf(reader)) }));
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

function partitionOf(reader: ByteReader): FetchedPartition {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = String(reader.int64());
  const lastStableOffset = String(reader.int64());
  const lastStartOffset = String(reader.int64());
  if (reader.int32() > 0) throw new UnusualResponse('aborted transactions');
  const preferredReadReplica = reader.int32();
  const messages = messagesOf(reader, Math.max(0, reader.int32()));
  return {
    partition,
    errorCode,
    highWatermark,
    lastStableOffset,
    lastStartOffset,
    abortedTransactions: [],
    preferredReadReplica,
    messages,
  };
}

function messagesOf(reader: ByteReader, size: number): FetchedMessage[] {
  const messages: FetchedMessage[] = [];
  const end = reader.position + size;
  while (end - reader.position >= BATCH_HEAD) {
    const start = reader.position;
    const baseOffset = reader.int64();
    const batchEnd = start + BATCH_PREFIX + reader.int32();
    // The broker cuts the last batch off where the answer would become too long.
    if (batchEnd > end) break;
    readBatch(reader, baseOffset, messages);
    reader.moveTo(batchEnd);
  }
  reader.moveTo(end);
  return messages;
}

function readBatch(reader: ByteReader, baseOffset: bigint, messages: FetchedMessage[]): void {
  reader.int32();
  if (reader.int8() !== MAGIC) throw new UnusualResponse('an older format of messages');
  reader.int32();
  const attributes = reader.int16();
  if ((attributes & COMPRESSION) !== 0) throw new UnusualResponse('compressed records');
  reader.int32();
  const firstTimestamp = reader.int64();
  const maxTimestamp = reader.int64();
  reader.bytes(14);
  const appendTime = (attributes & LOG_APPEND_TIME) === 0 ? undefined : String(maxTimestamp);
  const isControlRecord = (attributes & CONTROL) !== 0;
  for (let left = reader.int32(); left > 0; left--) {
    const end = reader.varint() + reader.position;
    const recordAttributes = reader.int8();
    const delta = reader.varlong();
    messages.push({
      attributes: recordAttributes,
      timestamp: appendTime ?? String(firstTimestamp + delta),
      offset: String(baseOffset + BigInt(reader.varint())),
      key: reader.varBytes(),
      value: reader.varBytes(),
      headers: headersOf(reader),
      isControlRecord,
    });
    reader.moveTo(end);
  }
}

function headersOf(reader: ByteReader): FetchedMessage['headers'] {
  const headers: FetchedMessage['headers'] = {};
  for (let left = reader.varint(); left > 0; left--) {
    const name = reader.name();
    const value = reader.varBytes();
    const known = Object.hasOwn(headers, name) ? headers[name] : undefined;
    const all = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value];
    // By assignment it would become the object's prototype.
    if (name === '__proto__') Object.defineProperty(headers, name, { value: all, enumerable: true, configurable: true, writable: true });
    else headers[name] = all;
  }
  return headers;
}

function many<T>(reader: ByteReader, one: () => T): T[] {
  return Array.from({ length: Math.max(0, reader.int32()) }, one);
}
