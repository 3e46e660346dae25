import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';
import { decodeFetch, type FetchResponse } from './fetch-response.ts';
import { murmur2, partitionOf } from './murmur2.ts';
import { patchWireFormat } from './patch-wire.ts';
import { encodeProduce, isPlain, type ProduceRequest } from './produce-request.ts';
import type { WireRecord } from './record-batch.ts';

const require = createRequire(import.meta.url);
type Encoder = { buffer: Buffer };
type Request = (options: ProduceRequest) => { encode(): Promise<Encoder> };
type Response = { decode(bytes: Buffer): Promise<FetchResponse> };

// Taken before the patch: kafkajs's own.
const theirRequest = require('kafkajs/src/protocol/requests/produce/v3/request') as Request;
const theirResponse = { ...(require('kafkajs/src/protocol/requests/fetch/v11/response') as Response) };
const theirCrc = require('kafkajs/src/protocol/recordBatch/crc32C') as (bytes: Buffer) => number;
const theirHash = require('kafkajs/src/producer/partitioners/default/murmur2') as (bytes: Buffer) => number;

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const text = fc.oneof(fc.string({ maxLength: 100 }), fc.string({ unit: 'binary', maxLength: 100 }));
const content = fc.oneof(text, bytes);
/** kafkajs takes what every object has, such as `toString`, for a header that was there before. */
const name = text.filter((some) => !(some in {}));
const wireRecord: fc.Arbitrary<WireRecord> = fc.record({
  key: fc.option(content),
  value: fc.option(fc.oneof(content, fc.constant('x'.repeat(9000)))),
  headers: fc.dictionary(name, fc.oneof(content, fc.array(content, { minLength: 2, maxLength: 3 })), { maxKeys: 20 }),
});
const records = fc.array(wireRecord, { minLength: 1, maxLength: 40 });

const NOW = 1_790_000_000_000;
const produce = (messages: readonly WireRecord[], more: Partial<ProduceRequest> = {}): ProduceRequest => ({
  acks: -1,
  timeout: 5000,
  producerId: '-1',
  topicData: [{ topic: 'töpic', partitions: [{ partition: 3, messages }] }],
  ...more,
});

async function atNow<R>(run: () => Promise<R>): Promise<R> {
  const { now } = Date;
  Date.now = () => NOW;
  try {
    return await run();
  } finally {
    Date.now = now;
  }
}

/** A fetch response with that record set, as a broker sends it. */
function fetched(recordSet: Buffer, { aborted = 0 } = {}): Buffer {
  const head = Buffer.alloc(10);
  head.writeInt32BE(7, 6);
  const topic = Buffer.from('\0\0\0\x01\0\x01t\0\0\0\x01', 'latin1');
  const partition = Buffer.alloc(30 + 4 + 16 * aborted + 4 + 4);
  partition.writeInt32BE(3, 0);
  partition.writeBigInt64BE(99n, 6);
  partition.writeBigInt64BE(98n, 14);
  partition.writeInt32BE(aborted, 30);
  partition.writeInt32BE(-1, 34 + 16 * aborted);
  partition.writeInt32BE(recordSet.length, 38 + 16 * aborted);
  return Buffer.concat([head, topic, partition, recordSet]);
}

/** The record set of a produce request with one partition. */
function recordSetOf(request: Buffer): Buffer {
  const size = request.length - (2 + 2 + 4 + 4 + 2 + Buffer.byteLength('töpic') + 4 + 4 + 4);
  return Buffer.from(request.subarray(request.length - size));
}

const recordSet = (messages: readonly WireRecord[], baseOffset = 0n): Buffer => {
  const set = recordSetOf(encodeProduce(produce(messages), NOW).buffer);
  set.writeBigInt64BE(baseOffset, 0);
  return set;
};

/** Without what kafkajs adds and nobody reads. */
const comparable = ({ responses, ...rest }: FetchResponse) => ({
  ...rest,
  responses: responses.map(({ topicName, partitions }) => ({
    topicName,
    partitions: partitions.map(({ messages, ...partition }) => ({
      ...partition,
      messages: messages.map(({ offset, timestamp, attributes, key, value, headers, isControlRecord }) => ({
        ...{ offset, timestamp, attributes, key, value, isControlRecord },
        headers: Object.entries(headers),
      })),
    })),
  })),
});

describe('the checksum of a batch', () => {
  test('is the one that the standard gives', () => expect(crc32c(Buffer.from('123456789')).toString(16)).toBe('e3069283'));
  test('is kafkajs’s, of any bytes', () => fc.assert(fc.property(bytes, (some) => crc32c(some) === theirCrc(some))));
});

describe('the partition of a key', () => {
  test('follows from the hash that kafkajs and Java take, of any bytes', () =>
    fc.assert(fc.property(bytes, (key) => murmur2(key) === theirHash(key))));
  test('is the same for a text and for its bytes', () =>
    expect(partitionOf('schlüssel', 12)).toBe(partitionOf(Buffer.from('schlüssel'), 12)));
});

describe('a produce request', () => {
  test('has the bytes that kafkajs would send, of any records', () =>
    fc.assert(
      fc.asyncProperty(records, async (messages) => {
        const theirs = await atNow(() => theirRequest(produce(messages)).encode());
        expect(encodeProduce(produce(messages), NOW).buffer.equals(theirs.buffer)).toBe(true);
      }),
      { numRuns: 30 },
    ));

  test.each([
    ['of an idempotent producer', { producerId: '5' }],
    ['of a transaction', { transactionalId: 'x' }],
    ['with compression', { compression: 1 }],
    ['with times of its own', produce([{ key: null, value: 'v', timestamp: '5' } as WireRecord])],
  ])('%s is left to kafkajs', (_, more) => {
    expect(isPlain(produce([]))).toBe(true);
    expect(isPlain(produce([], more))).toBe(false);
  });
});

describe('a fetch response', () => {
  test('is read as kafkajs reads it, of any records', () =>
    fc.assert(
      fc.asyncProperty(fc.array(records, { maxLength: 3 }), async (batches) => {
        const response = fetched(Buffer.concat(batches.map((messages, index) => recordSet(messages, 2n ** 40n + BigInt(index * 100)))));
        expect(comparable(decodeFetch(response))).toEqual(comparable(await theirResponse.decode(response)));
      }),
      { numRuns: 30 },
    ));

  test('bears the time at which the broker appended the batch', async () => {
    const set = recordSet([{ key: 'k', value: 'v' }]);
    set.writeInt16BE(8, 21);
    set.writeBigInt64BE(BigInt(NOW + 5), 35);
    const response = fetched(set);
    expect(decodeFetch(response).responses[0]?.partitions[0]?.messages[0]?.timestamp).toBe(String(NOW + 5));
    expect(comparable(decodeFetch(response))).toEqual(comparable(await theirResponse.decode(response)));
  });

  test('that the broker cut off in a batch has what comes before', () => {
    const sets = [recordSet([{ key: 'k', value: 'whole' }]), recordSet([{ key: 'k', value: 'cut' }], 1n)];
    const [{ partitions } = { partitions: [] }] = decodeFetch(fetched(Buffer.concat(sets).subarray(0, -3))).responses;
    expect(partitions[0]?.messages.map(({ value }) => String(value))).toEqual(['whole']);
  });

  test('that is compressed, or of aborted transactions, is left to kafkajs', async () => {
    patchWireFormat();
    const { decode } = require('kafkajs/src/protocol/requests/fetch/v11/response') as Response;
    const zipped = await (require('kafkajs/src/protocol/requests/produce/v7/request') as Request)(
      produce([{ key: 'k', value: 'zipped' }], { compression: 1 }),
    ).encode();
    const fromZip = await decode(fetched(recordSetOf(zipped.buffer)));
    expect(String(fromZip.responses[0]?.partitions[0]?.messages[0]?.value)).toBe('zipped');
    const aborted = await decode(fetched(recordSet([{ key: 'k', value: 'v' }]), { aborted: 1 }));
    expect(aborted.responses[0]?.partitions[0]?.abortedTransactions).toHaveLength(1);
  });
});
