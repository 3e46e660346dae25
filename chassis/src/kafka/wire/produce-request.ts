import { ByteWriter } from './byte-writer.ts';
import { type WireRecord, writeRecordBatch } from './record-batch.ts';

/** A produce request as kafkajs hands it to its encoder. */
export type ProduceRequest = {
  acks: number;
  timeout: number;
  transactionalId?: string | null;
  producerId: unknown;
  compression?: number;
  topicData: readonly {
    topic: string;
    partitions: readonly { partition: number; messages: readonly (WireRecord & { timestamp?: unknown })[] }[];
  }[];
};

/** What kafkajs writes to the socket behind the request's header. */
type Encoded = { readonly buf: Buffer; readonly buffer: Buffer };

/** Whether it is what this project sends: plain records of a plain producer. */
export const isPlain = ({ transactionalId, producerId, compression = 0, topicData }: ProduceRequest): boolean =>
  (transactionalId ?? null) === null &&
  String(producerId) === '-1' &&
  compression === 0 &&
  topicData.every(({ partitions }) => partitions.every(({ messages }) => messages.every(({ timestamp }) => timestamp === undefined)));

/** The body of a produce request, versions 3 to 7. */
export function encodeProduce({ acks, timeout, topicData }: ProduceRequest, now: number): Encoded {
  const writer = new ByteWriter();
  writer.string(null);
  writer.int16(acks);
  writer.int32(timeout);
  writer.int32(topicData.length);
  for (const { topic, partitions } of topicData) {
    writer.string(topic);
    writer.int32(partitions.length);
    for (const { partition, messages } of partitions) {
      writer.int32(partition);
      const sizeAt = writer.length;
      writer.int32(0);
      writeRecordBatch(writer, messages, now);
      writer.setUint32(sizeAt, writer.length - sizeAt - 4);
    }
  }
  const bytes = writer.view();
  return { buf: bytes, buffer: bytes };
}
