import { deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import { type InboxRow, inboxCollection } from '@microshop/chassis/inbox/inbox';
import { type OutboxDocument, outboxCollection } from '@microshop/chassis/outbox/outbox';
import type { Ports } from '@microshop/chassis/service';
import type { Collection, Document, Write } from '@microshop/chassis/store/store';
import { createFakeBroker } from '@microshop/chassis/testing/fake-broker';
import { createFakeLeases, createFakeOutbox } from '@microshop/chassis/testing/fake-outbox';
import { createFakeStore } from '@microshop/chassis/testing/fake-store';
import { expect, test, vi } from 'vitest';
import { mutants } from './mutants.ts';

function setUp(name: string) {
  const store = createFakeStore();
  const broker = createFakeBroker();
  const sound: Ports = { store, broker, outbox: createFakeOutbox(store), leases: createFakeLeases(store, () => new Date(0)) };
  const ports = mutants[name]?.decorate?.(sound) ?? sound;
  const commit = async (...writes: Write[]) => {
    const session = await ports.store.begin();
    await session.read(inboxCollection, ['seen']);
    await session.commit(writes);
  };
  return { store, broker, ports, commit };
}

const inserting = <T extends Document>(collection: Collection<T>, document: T): Write => ({
  kind: 'insert',
  collection: collection as unknown as Collection<Document>,
  document,
});
const outboxDocument = (...sentTo: string[]): OutboxDocument => ({
  _id: 'o',
  pending: true,
  createdAt: new Date(0),
  events: sentTo.map((topic) => ({
    ...{ id: topic, topic, key: 'k', aggregatetype: 'a', aggregateid: 'b', version: 1, type: 'T', headers: {}, payload: '{}' },
  })),
});

test('offset-first: the offset counts before the work is done', async () => {
  const { broker, ports } = setUp('offset-first');
  await broker.ensureTopics([{ name: 't', partitions: 1, config: {} }]);
  await broker.send([{ topic: 't', key: 'k', value: 'v', headers: {} }]);
  await ports.broker.consume({ group: 'g', topics: ['t'], onBatch: () => new Promise(() => undefined) });
  await vi.waitFor(async () => expect((await broker.committed('g', ['t'])).get('t/0')).toBe(1n));
});

test('marked-before-answer: what is read to be sent is marked', async () => {
  const { store, ports } = setUp('marked-before-answer');
  store.seed(outboxCollection, outboxDocument('t'));
  expect(await ports.outbox.pending(10)).toHaveLength(1);
  expect(store.find(outboxCollection, 'o')).not.toHaveProperty('pending');
});

test('dead-letter-not-sent: the letter is kept, its record is not', async () => {
  const { store, commit } = setUp('dead-letter-not-sent');
  await commit(inserting(deadLetterCollection, { _id: 'l' } as never), inserting(outboxCollection, outboxDocument('t.g-dlt', 't')));
  expect(store.all(deadLetterCollection)).toHaveLength(1);
  expect(store.find(outboxCollection, 'o')?.events.map(({ topic }) => topic)).toEqual(['t']);
});

test('poison-dropped: no letter is kept', async () => {
  const { store, commit } = setUp('poison-dropped');
  await commit(inserting(deadLetterCollection, { _id: 'l' } as never));
  expect(store.all(deadLetterCollection)).toEqual([]);
});

test('no-inbox: what was handled is not seen, and is written over', async () => {
  const { store, ports, commit } = setUp('no-inbox');
  const seen: InboxRow = { _id: 'seen', at: new Date(0) };
  store.seed(inboxCollection, seen);
  expect(await (await ports.store.begin()).read(inboxCollection, ['seen'])).toEqual([]);
  await commit(inserting(inboxCollection, { ...seen, at: new Date(1) }));
  expect(store.find(inboxCollection, 'seen')?.at).toEqual(new Date(1));
});
