import { type DeadLetter, deadLetterId } from '@microshop/chassis/consumer/dead-letter';
import type { IncomingRecord } from '@microshop/chassis/kafka/broker';
import { parseRecord } from '@microshop/chassis/kafka/parse-record';
import { deadLetterTopic, topics } from '@microshop/contracts';
import { Check } from 'typebox/value';
import { type Content, POISON_CLASS, POISON_HEADER, PoisonDetail, type Run, type TopicRecord } from '../run-folder.ts';
import type { Sources } from './sources.ts';
import { headerOf, orderOf, placeOf } from './topics.ts';
import { about, type Violation } from './violation.ts';

/** What the broker took of the runner's poison, by name, and what has to become of it. */
export function poisonOf({ nemesis }: Pick<Run, 'nemesis'>): Map<string, 'dead' | 'ignored'> {
  const hits = nemesis.filter((entry) => entry.class === POISON_CLASS && entry.phase === 'hit');
  return new Map(
    hits.flatMap(({ detail }) => (Check(PoisonDetail, detail) ? detail.poison.map(({ name, expect }) => [name, expect] as const) : [])),
  );
}

type Expected = { record: TopicRecord; group: string; id: string };

/** Each record that nobody can handle is a dead letter of each group that reads it, once, in the database and on the dead-letter topic; nothing else is. */
export function* deadLettersArePoison({ run, letters }: Sources): Generator<Violation, number> {
  const expected = new Map(expectedOf(run).map((each) => [each.id, each]));
  const byId = new Map(letters.map((letter) => [letter._id, letter]));
  const buried = new Set(run.records.map((record) => `${record.topic}\n${nameOf(record)}`));
  for (const { id, record, group } of expected.values()) {
    const say = (text: string) => about('record', placeOf(record), `${placeOf(record)} ${text}`, orderOf(record));
    if (!byId.has(id)) yield say(`can not be handled and is no dead letter of ${group}`);
    else if (!buried.has(`${deadLetterTopic(record.topic, group)}\n${nameOf(record)}`))
      yield say(`is a dead letter of ${group} and not on its topic`);
  }
  for (const letter of letters) if (!expected.has(letter._id)) yield goodLetter(letter);
  const names = new Set(run.records.map((record) => headerOf(record, POISON_HEADER)));
  for (const name of poisonOf(run).keys())
    if (!names.has(name)) yield about('run', name, `the broker took the poison ${name} and it is on no topic`);
  return expected.size + letters.length;
}

function expectedOf(run: Run): Expected[] {
  const poison = poisonOf(run);
  const byName = new Map(topics.map((topic) => [topic.name, topic]));
  return run.records.flatMap((record) => {
    const topic = byName.get(record.topic);
    if (!topic || topic.consumers.length === 0) return [];
    const parsed = parseRecord(topic, incoming(record));
    const isPoison = 'unreadable' in parsed || ('event' in parsed && poison.get(headerOf(record, POISON_HEADER) ?? '') === 'dead');
    if (!isPoison) return [];
    const { partition, offset } = record;
    const eventId = headerOf(record, 'ce_id');
    return topic.consumers.map((group) => ({ record, group, id: deadLetterId(group, topic.name, partition, String(offset), eventId) }));
  });
}

/** By what a record is found again on the dead-letter topic: poison has a name, what else is unreadable its place or id. */
const nameOf = (record: TopicRecord): string => headerOf(record, POISON_HEADER) ?? headerOf(record, 'ce_id') ?? String(record.value);

const bytes = (content: Content | null): Uint8Array | null => (typeof content === 'string' ? Buffer.from(content) : content);

const incoming = ({ offset, key, value, headers, appendedAt }: TopicRecord): IncomingRecord => ({
  offset: String(offset),
  key: bytes(key),
  value: bytes(value),
  headers: Object.fromEntries(Object.entries(headers).map(([name, content]) => [name, bytes(content) ?? undefined])),
  appendedAt: new Date(appendedAt),
});

function goodLetter({ _id, status, code, error, eventType = 'a record', topic, partition, offset, orderId }: DeadLetter): Violation {
  const place = placeOf({ topic, partition, offset: Number(offset) });
  return about('document', _id, `${eventType} at ${place} is good and is ${status} at the dead letters (${code}: ${error})`, orderId);
}
