import { parseArgs } from 'node:util';
import { REPLAY_HEADER } from '@microshop/chassis/consumer/dead-letter';
import type { IncomingRecord } from '@microshop/chassis/kafka/broker';
import { readTopics } from '@microshop/chassis/kafka/read-topics';
import { deadLetterTopic, topics } from '@microshop/contracts';
import { ToolFailure } from './failure.ts';
import { type KafkaAddress, runningStack } from './running-stack.ts';

/** `npm run events -- ORDER_ID`: every record of one order on every topic, dead-letter topics included. Changes nothing. */
const USAGE = `Usage: npm run events -- ORDER_ID [--json]

Prints the events of one order on all topics, in the order in which Kafka got them: topic/partition@offset, key, cause and data.
Exits 0 when there are some, 1 when there are none, 2 when Kafka can not be reached. --json: one JSON object a line.`;

export type OrderRecord = {
  topic: string;
  partition: number;
  offset: string;
  key: string | null;
  /** When the broker appended it. */
  appendedAt: string;
  id: string;
  type: string;
  source: string;
  /** Id of the event that it was caused by; absent when that was a request, or the clock. */
  causationId?: string;
  /** The dead letter that it replays. */
  replayOf?: string;
  /** Why the record is on a dead-letter topic. */
  deadBecause?: string;
  data: unknown;
};

type Place = { topic: string; partition: number; record: IncomingRecord };

const text = (value: Uint8Array | null | undefined): string | undefined => (value ? Buffer.from(value).toString('utf8') : undefined);

/** The record as it is shown; undefined when it is not of this order. */
export function ofOrder(orderId: string, { topic, partition, record }: Place): OrderRecord | undefined {
  const header = (name: string) => text(record.headers[name]);
  if (header('ce_correlationid') !== orderId) return undefined;
  const causationId = header('ce_causationid');
  const replayOf = header(REPLAY_HEADER);
  const deadBecause = header('__dlq.errors.message');
  return {
    topic,
    partition,
    offset: record.offset,
    key: text(record.key) ?? null,
    appendedAt: record.appendedAt.toISOString(),
    id: header('ce_id') ?? '',
    type: header('ce_type') ?? '',
    source: header('ce_source') ?? '',
    ...(causationId !== undefined && { causationId }),
    ...(replayOf !== undefined && { replayOf }),
    ...(deadBecause !== undefined && { deadBecause }),
    data: dataOf(text(record.value)),
  };
}

function dataOf(value: string | undefined): unknown {
  try {
    return JSON.parse(value ?? 'null');
  } catch {
    return value;
  }
}

/** By the broker's clock, so that a cause comes before its effects; what has one time by id, which is a UUIDv7. */
export const inTimeOrder = (records: readonly OrderRecord[]): OrderRecord[] =>
  [...records].sort((a, b) => compare(a.appendedAt, b.appendedAt) || compare(a.id, b.id) || Number(BigInt(a.offset) - BigInt(b.offset)));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** For people: numbered, so that a cause can be named. A record that repeats an event says which. */
export function* linesOf(orderId: string, records: readonly OrderRecord[]): Generator<string> {
  const ordered = inTimeOrder(records);
  const numberOf = new Map<string, number>();
  ordered.forEach(({ id }, index) => {
    if (!numberOf.has(id)) numberOf.set(id, index + 1);
  });
  if (ordered.length === 0) return yield `No topic has a record of order ${orderId}.`;
  yield `${ordered.length} ${ordered.length === 1 ? 'record' : 'records'} of order ${orderId}`;
  for (const [
    index,
    { topic, partition, offset, key, appendedAt, id, type, causationId, replayOf, deadBecause, data },
  ] of ordered.entries()) {
    yield '';
    yield `#${index + 1}  ${appendedAt}  ${type}`;
    yield `    ${topic}/${partition}@${offset}  key ${key}`;
    yield `    id ${id}, because of ${causeOf(causationId, numberOf)}`;
    if (deadBecause !== undefined) yield `    dead letter: ${deadBecause}`;
    else if (replayOf !== undefined) yield `    a replay of the dead letter ${replayOf}`;
    else if (numberOf.get(id) !== index + 1) yield `    the same event as #${numberOf.get(id)}, published again`;
    yield `    ${JSON.stringify(data)}`;
  }
}

const causeOf = (id: string | undefined, numberOf: ReadonlyMap<string, number>): string =>
  id === undefined ? 'a request or the clock' : numberOf.has(id) ? `#${numberOf.get(id)}` : id;

/** What the topics hold of the order now. */
export async function readOrder(orderId: string, kafka: KafkaAddress): Promise<OrderRecord[]> {
  const found: OrderRecord[] = [];
  await readTopics({
    ...kafka,
    topics: topics.flatMap(({ name, consumers }) => [name, ...consumers.map((group) => deadLetterTopic(name, group))]),
    onRecord(topic, partition, record) {
      const shown = ofOrder(orderId, { topic, partition, record });
      if (shown) found.push(shown);
    },
  });
  return found;
}

function parseArguments(): { orderId: string; json: boolean } | undefined {
  try {
    const { values, positionals } = parseArgs({ options: { json: { type: 'boolean', default: false } }, allowPositionals: true });
    const [orderId] = positionals;
    return orderId === undefined || positionals.length > 1 ? undefined : { orderId: orderId.toLowerCase(), json: values.json };
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const given = parseArguments();
  if (!given) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const { orderId, json } = given;
  try {
    const records = await readOrder(orderId, runningStack(process.env));
    const lines = json ? inTimeOrder(records).map((record) => JSON.stringify(record)) : linesOf(orderId, records);
    for (const line of lines) process.stdout.write(`${line}\n`);
    return records.length > 0 ? 0 : 1;
  } catch (error) {
    const { message } = error as Error;
    const known = error instanceof ToolFailure;
    process.stderr.write(`events: ${known ? message : `the topics can not be read (${message}). Start the shop, or set KAFKA_BROKERS.`}\n`);
    return 2;
  }
}

if (import.meta.main) process.exit(await main());
