import { describe, expect, test } from 'vitest';
import { inboxCollection, parkedId } from '../inbox/inbox.ts';
import type { Tx } from '../store/unit-of-work.ts';
import { asRecord, counting, createConsumerHarness } from '../testing/consumer-harness.ts';
import { aRecord, idsFrom, type RecordOverrides, tallies, tallyCollection } from '../testing/events.ts';
import { type DeadLetter, deadLetterCollection, REPLAY_HEADER, replayRecord } from './dead-letter.ts';
import { keepDead, settleLetter } from './park.ts';
import { subscribe } from './subscription.ts';

const newId = idsFrom('replay');

/** A consumer whose handler fails for `by: 13` until it is mended. */
function setUp({ naturalKey }: { naturalKey?: string } = {}) {
  let broken = true;
  const handler = counting(({ by }) => {
    if (broken && by === 13) throw new Error('thirteen');
  });
  if (naturalKey) handler.naturalKey = naturalKey;
  const harness = createConsumerHarness([subscribe(tallies, { CountedUp: handler, CountedDown: handler })]);
  const letterOf = (id: string) => harness.store.find(deadLetterCollection, `inventory-svc/${id}`) as DeadLetter;
  return {
    ...harness,
    handler,
    mend: () => {
      broken = false;
    },
    letterOf,
    statuses: () => harness.letters().map(({ eventId, status }) => `${eventId} ${status}`),
    queue: () => harness.store.find(inboxCollection, parkedId('inventory-svc', tallies.name, 'a', 'order-1'))?.queue,
    replay: (id: string, offset = '900') => harness.deliver([asRecord(replayRecord(letterOf(id), newId()), offset)]),
    settle: (id: string, status: 'replayed' | 'discarded') => harness.transact((tx: Tx) => settleLetter(tx, `inventory-svc/${id}`, status)),
  };
}

const count = (id: string, by = 1, { orderId = 'order-1', key = 'a', ...rest }: RecordOverrides & { orderId?: string } = {}) =>
  aRecord({ id, key, data: { tallyId: key, orderId, by }, ...rest });

describe('a poison event parks later events of the same order', () => {
  test('at that consumer and key only: other orders and other keys flow', async () => {
    const { deliver, statuses, queue, count: counted, results } = setUp();
    await deliver([
      count('bad', 13),
      count('later', 1),
      count('other-order', 10, { orderId: 'order-2' }),
      count('other-key', 100, { key: 'b' }),
      count('no-order', 20, { data: { tallyId: 'a', by: 20 } }),
    ]);
    expect(statuses()).toEqual(['bad dead', 'later parked']);
    expect(queue()).toEqual(['inventory-svc/bad', 'inventory-svc/later']);
    expect([counted('a'), counted('b')]).toEqual([30, 100]);
    expect(results().sort()).toEqual(['dead', 'handled', 'handled', 'handled', 'parked']);
  });

  test('also those of a later batch, of another type, and an early one', async () => {
    const { deliver, statuses } = setUp();
    await deliver([count('bad', 13)]);
    await deliver([count('later', 1, { type: 'CountedDown' })]);
    await deliver([count('last')]);
    expect(statuses()).toEqual(['bad dead', 'later parked', 'last parked']);
  });

  test('a parked event comes to the dead-letter topic with its reason', async () => {
    const { deliver, published } = setUp();
    await deliver([count('bad', 13), count('later')]);
    expect(published().map(({ headers }) => headers['kafka_dlt-exception-fqcn'])).toEqual(['handler_failed', 'parked_behind']);
  });

  test('a redelivery of the parked and of the dead changes nothing', async () => {
    const { deliver, statuses, queue, published, count: counted, mend } = setUp();
    const records = [count('bad', 13), count('later')];
    await deliver(records);
    mend();
    await deliver(records);
    expect(statuses()).toEqual(['bad dead', 'later parked']);
    expect(queue()).toHaveLength(2);
    expect(published()).toHaveLength(2);
    expect(counted()).toBeUndefined();
  });
});

describe('what is dead is handled by its replay only', () => {
  test('also when it belongs to no order, and comes again', async () => {
    const { deliver, replay, mend, statuses, results, count: counted } = setUp();
    const record = count('bad', 13, { data: { tallyId: 'a', by: 13 } });
    await deliver([record]);
    mend();
    await deliver([record]);
    expect(results().at(-1)).toBe('duplicate');
    expect(counted()).toBeUndefined();
    await replay('bad');
    expect(statuses()).toEqual(['bad replayed']);
    expect(counted()).toBe(13);
  });

  test('what was handled before its order was parked makes no letter when it comes again', async () => {
    const { deliver, statuses, count: counted } = setUp();
    const early = count('early', 1);
    await deliver([early]);
    await deliver([count('bad', 13)]);
    await deliver([early]);
    expect(statuses()).toEqual(['bad dead']);
    expect(counted()).toBe(1);
  });

  test('what another member handled meanwhile is not buried', async () => {
    const { deliver, statuses, store } = setUp();
    // The last attempt of this member fails, then another one commits the same event.
    let reads = 0;
    const read = store.begin;
    store.begin = async () => {
      if (++reads === 4) store.seed(inboxCollection, { _id: 'inventory-svc/bad', at: new Date() });
      return read();
    };
    await deliver([count('bad', 13)]);
    expect(reads).toBe(4);
    expect(statuses()).toEqual([]);
  });
});

describe('a replay', () => {
  test('of the head is handled, and its removal commits with its effect', async () => {
    const { deliver, replay, mend, statuses, queue, count: counted, store } = setUp();
    await deliver([count('bad', 13), count('later')]);
    mend();
    const before = store.commits.length;
    await replay('bad');
    expect(store.commits).toHaveLength(before + 1);
    expect(statuses()).toEqual(['bad replayed', 'later parked']);
    expect(queue()).toEqual(['inventory-svc/later']);
    expect(counted()).toBe(13);
  });

  test('while something is parked for an order only the marked head is handled: not a later one, and not a new event', async () => {
    const { deliver, replay, mend, statuses, results, count: counted } = setUp();
    await deliver([count('bad', 13), count('later')]);
    mend();
    await replay('later');
    expect(results().at(-1)).toBe('parked');
    await deliver([count('new')]);
    expect(statuses()).toEqual(['bad dead', 'later parked', 'new parked']);
    expect(counted()).toBeUndefined();
  });

  test('one after the other empties the park, and the order flows again', async () => {
    const { deliver, replay, mend, statuses, queue, count: counted, store } = setUp();
    await deliver([count('bad', 13), count('later', 1), count('last', 2)]);
    mend();
    for (const id of ['bad', 'later', 'last']) await replay(id);
    expect(statuses()).toEqual(['bad replayed', 'later replayed', 'last replayed']);
    expect(queue()).toBeUndefined();
    expect(store.find(inboxCollection, parkedId('inventory-svc', tallies.name, 'a', 'order-1'))).toBeUndefined();
    await deliver([count('new', 100)]);
    expect(counted()).toBe(116);
  });

  test('of the whole queue in one batch is handled in its order', async () => {
    const { deliver, letterOf, mend, statuses, handler } = setUp();
    await deliver([count('bad', 13), count('later', 1), count('last', 2)]);
    mend();
    await deliver(['bad', 'later', 'last'].map((id, nth) => asRecord(replayRecord(letterOf(id), newId()), `90${nth}`)));
    expect(statuses()).toEqual(['bad replayed', 'later replayed', 'last replayed']);
    expect(handler.seen.map(({ by }) => by)).toEqual([13, 1, 2]);
  });

  test('twice has one effect', async () => {
    const { deliver, replay, letterOf, mend, count: counted, results } = setUp();
    await deliver([count('bad', 13)]);
    mend();
    const again = asRecord(replayRecord(letterOf('bad'), newId()), '901');
    await replay('bad');
    await deliver([again]);
    expect(counted()).toBe(13);
    expect(results().slice(-2)).toEqual(['handled', 'duplicate']);
  });

  test('that fails again stays dead, first in its park, with all its attempts', async () => {
    const { deliver, replay, statuses, queue, letterOf, letters, published } = setUp();
    await deliver([count('bad', 13), count('later')]);
    await replay('bad');
    expect(statuses()).toEqual(['bad dead', 'later parked']);
    expect(queue()).toEqual(['inventory-svc/bad', 'inventory-svc/later']);
    expect(letterOf('bad').attempts).toBe(6);
    expect(letters()).toHaveLength(2);
    expect(published()).toHaveLength(2);
  });

  test('of what still can not be read stays dead, and makes no second letter', async () => {
    const { deliver, letters, published } = setUp();
    await deliver([aRecord({ value: 'no json', headers: { ce_id: undefined }, offset: '5' })]);
    const [letter] = letters();
    await deliver([asRecord(replayRecord(letter as DeadLetter, newId()), '900')]);
    expect(letters()).toMatchObject([{ _id: letter?._id, status: 'dead', attempts: 2 }]);
    expect(published()).toHaveLength(1);
  });

  test('of a type that nobody here handles any more is done with, and lets the next one of its order go', async () => {
    const { deliver, letters, letterOf, replay, queue, store, results } = setUp();
    await deliver([count('bad', 13), count('later')]);
    store.seed(deadLetterCollection, { ...letterOf('bad'), headers: { ...letterOf('bad').headers, ce_type: Buffer.from('Forgotten') } });
    await replay('bad');
    expect(results().at(-1)).toBe('skipped');
    expect(letters().map(({ status }) => status)).toEqual(['replayed', 'parked']);
    expect(queue()).toEqual(['inventory-svc/later']);
  });

  test('of what could not be read and now can is handled once, whether its replay comes first or its record again', async () => {
    for (const replayFirst of [true, false]) {
      const { deliver, letterOf, replay, count: counted, statuses, store } = setUp();
      await deliver([count('odd', 5, { value: 'no json' })]);
      // A newer contract reads it.
      const data = { tallyId: 'a', orderId: 'order-1', by: 5 };
      store.seed(deadLetterCollection, { ...letterOf('odd'), value: Buffer.from(JSON.stringify(data)) });
      const steps = [() => replay('odd'), () => deliver([count('odd', 5)])];
      for (const step of replayFirst ? steps : steps.reverse()) await step();
      expect(counted()).toBe(5);
      expect(statuses()).toEqual(['odd replayed']);
    }
  });

  test('of another group is not this one’s to handle', async () => {
    const { deliver, count: counted, letters, results } = setUp();
    await deliver([count('theirs', 1, { headers: { [REPLAY_HEADER]: 'loyalty-svc/theirs' } })]);
    await deliver([aRecord({ value: 'no json', headers: { [REPLAY_HEADER]: 'loyalty-svc/theirs' } })]);
    expect(counted()).toBeUndefined();
    expect(letters()).toEqual([]);
    expect(results()[0]).toBe('duplicate');
  });
});

describe('a discard', () => {
  test('lets the next one of the order become the head', async () => {
    const { deliver, settle, replay, mend, queue, statuses, count: counted } = setUp();
    await deliver([count('bad', 13), count('later', 1)]);
    await settle('bad', 'discarded');
    expect(queue()).toEqual(['inventory-svc/later']);
    mend();
    await replay('later');
    expect(statuses()).toEqual(['bad discarded', 'later replayed']);
    expect(counted()).toBe(1);
  });

  test.each([
    ['the inbox', {}],
    ['a natural key', { naturalKey: 'tally' }],
  ])('is remembered when the event comes again, with %s', async (_, options) => {
    const { deliver, settle, mend, replay, statuses, results, count: counted } = setUp(options);
    const record = count('bad', 13);
    await deliver([record]);
    await settle('bad', 'discarded');
    mend();
    await deliver([record]);
    await replay('bad');
    expect(results().slice(-2)).toEqual(['duplicate', 'duplicate']);
    expect(statuses()).toEqual(['bad discarded']);
    expect(counted()).toBeUndefined();
  });

  test('is not undone by a replay that fails at the same time', async () => {
    const { deliver, settle, statuses, transact } = setUp();
    await deliver([count('bad', 13)]);
    await settle('bad', 'discarded');
    await transact((tx) => keepDead(tx, 'inventory-svc/bad', { status: 'dead', code: 'handler_failed', error: 'no', attempts: 3 }));
    expect(statuses()).toEqual(['bad discarded']);
  });

  test('does not turn a replayed letter round, nor a replay a discarded one', async () => {
    const { deliver, settle, mend, replay, statuses } = setUp();
    await deliver([count('bad', 13), count('worse', 13, { orderId: 'order-2' })]);
    mend();
    await replay('bad');
    await settle('bad', 'discarded');
    await settle('worse', 'discarded');
    await settle('worse', 'replayed');
    expect(statuses()).toEqual(['bad replayed', 'worse discarded']);
  });

  test('of what is not there changes nothing', async () => {
    const { settle, store } = setUp();
    await settle('nothing', 'discarded');
    expect(store.commits).toEqual([]);
  });
});

test('an effect on a tally of a parked order is not lost when the park is emptied by a discard', async () => {
  const { deliver, settle, store } = setUp();
  await deliver([count('bad', 13)]);
  await settle('bad', 'discarded');
  await deliver([count('new', 5)]);
  expect(store.find(tallyCollection, 'a')?.count).toBe(5);
});
