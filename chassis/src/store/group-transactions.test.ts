import { newUuid, systemClock } from '@microshop/chassis/clock';
import { describe, expect, it } from 'vitest';
import { createFakeStore } from '../testing/fake-store.ts';
import { groupTransactions } from './group-transactions.ts';
import { collection, StoreError } from './store.ts';
import { createUnitOfWork, type RunInTransaction, type Tx } from './unit-of-work.ts';

const counters = collection<{ _id: string; value: number }>('counters');

function setUp() {
  const store = createFakeStore();
  const run = createUnitOfWork({ store, clock: systemClock, newId: newUuid, source: '/test' });
  let transactions = 0;
  const counting: RunInTransaction = (work, cause) => {
    transactions++;
    return run(work, cause);
  };
  return { grouped: groupTransactions(counting), value: () => store.all(counters)[0]?.value, transactions: () => transactions };
}

async function increment(tx: Tx): Promise<number> {
  const value = ((await tx.get(counters, 'one'))?.value ?? 0) + 1;
  tx.put(counters, { _id: 'one', value });
  return value;
}

describe('grouped transactions', () => {
  it('run those of concurrent requests as one, each with its own answer', async () => {
    const { grouped, value, transactions } = setUp();
    const answers = await Promise.all(Array.from({ length: 21 }, () => grouped(increment)));
    expect(answers).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
    expect(value()).toBe(21);
    // The first goes at once and alone, the others wait for it and go together.
    expect(transactions()).toBe(2);
  });

  it('keep nothing of a work that throws, and nothing from the others', async () => {
    const { grouped, value } = setUp();
    const failing = async (tx: Tx) => {
      await increment(tx);
      throw new Error('no');
    };
    const answers = await Promise.allSettled([grouped(increment), grouped(increment), grouped(failing), grouped(increment)]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(value()).toBe(3);
  });

  it('give every caller the failure of the database', async () => {
    const away = groupTransactions(async () => {
      throw new StoreError('unavailable', 'away');
    });
    const answers = await Promise.allSettled([away(increment), away(increment)]);
    expect(answers).toMatchObject([{ reason: { kind: 'unavailable' } }, { reason: { kind: 'unavailable' } }]);
  });

  it('give every work its own cause', async () => {
    const { grouped } = setUp();
    const causes = await Promise.all(['a', 'b'].map((causationId) => grouped(async ({ cause }) => cause.causationId, { causationId })));
    expect(causes).toEqual(['a', 'b']);
  });

  it('whose commit is refused for what one of them wrote run each alone', async () => {
    const store = createFakeStore();
    const run = createUnitOfWork({ store, clock: systemClock, newId: newUuid, source: '/test' });
    // The first goes alone; then the four together, then each of them: the second is the one that is refused, at the third the store is away.
    const refusal = new Error('Document failed validation');
    store.failNext('commit', undefined, refusal, undefined, refusal, 'unavailable');
    const grouped = groupTransactions(run);
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => grouped(increment)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(answers[2]).toMatchObject({ reason: refusal });
    expect(answers[3]).toMatchObject({ reason: { kind: 'unavailable' } });
    expect(store.all(counters)).toEqual([{ _id: 'one', value: 3 }]);
  });
});
