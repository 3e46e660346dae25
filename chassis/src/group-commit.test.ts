import { expect, test, vi } from 'vitest';
import { createGroupCommit } from './group-commit.ts';
import { StoreError } from './store/store.ts';

/** Batches are kept until the test lets them go. */
type SetUp = { maxWeight?: number; weigh?: (item: number) => number; gather?: () => Promise<void> };
function setUp({ maxWeight = 10, weigh = () => 1, gather }: SetUp = {}) {
  const batches: { items: readonly number[]; done: PromiseWithResolvers<void> }[] = [];
  const commits = createGroupCommit<number, string>({
    maxWeight,
    weigh,
    ...(gather && { gather }),
    async commit(items) {
      const done = Promise.withResolvers<void>();
      batches.push({ items, done });
      await done.promise;
      return items.map((item) => `result of ${item}`);
    },
  });
  return { commits, batches, items: () => batches.map((batch) => batch.items) };
}

test('idle, an item is a batch of its own at once', () => {
  const { commits, items } = setUp();
  void commits.submit(1);
  expect(items()).toEqual([[1]]);
});

test('one batch is under way at a time; what comes meanwhile makes the next one, in order', async () => {
  const { commits, batches, items } = setUp();
  const results = [1, 2, 3, 4].map((item) => commits.submit(item));
  expect(items()).toEqual([[1]]);
  batches[0]?.done.resolve();
  expect(await results[0]).toBe('result of 1');
  expect(items()).toEqual([[1], [2, 3, 4]]);
  batches[1]?.done.resolve();
  expect(await Promise.all(results)).toEqual(['result of 1', 'result of 2', 'result of 3', 'result of 4']);
});

test('what comes while a batch gathers is part of it', async () => {
  const gathered = Promise.withResolvers<void>();
  const { commits, batches, items } = setUp({ gather: () => gathered.promise });
  const results = [1, 2, 3].map((item) => commits.submit(item));
  expect(items()).toEqual([]);
  gathered.resolve();
  await vi.waitFor(() => expect(items()).toEqual([[1, 2, 3]]));
  batches[0]?.done.resolve();
  await Promise.all(results);
});

test('a batch closes before it would weigh too much; a heavier item goes alone', async () => {
  const { commits, batches, items } = setUp({ maxWeight: 10, weigh: (item) => item });
  const results = [1, 6, 4, 1, 50, 2].map((item) => commits.submit(item));
  for (let batch = 0; batch < 5; batch++) {
    batches[batch]?.done.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(results);
  expect(items()).toEqual([[1], [6, 4], [1], [50], [2]]);
});

test('a batch that fails fails its own items and no later one', async () => {
  const { commits, batches } = setUp();
  const first = commits.submit(1);
  const later = Promise.allSettled([commits.submit(2), commits.submit(3)]);
  batches[0]?.done.resolve();
  await first;
  const after = commits.submit(4);
  batches[1]?.done.reject(new Error('no'));
  expect((await later).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  batches[2]?.done.resolve();
  expect(await after).toBe('result of 4');
});

test('a commit that throws at once is a failed batch too', async () => {
  const commits = createGroupCommit<number, number>({
    maxWeight: 1,
    weigh: () => 1,
    commit: () => {
      throw new Error('at once');
    },
  });
  await expect(commits.submit(1)).rejects.toThrow('at once');
  await expect(commits.submit(2)).rejects.toThrow('at once');
});

test('many items at once cost few batches and no item is lost', async () => {
  const seen: number[] = [];
  const sizes: number[] = [];
  const commits = createGroupCommit<number, number>({
    maxWeight: 200,
    weigh: () => 1,
    async commit(items) {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(...items);
      sizes.push(items.length);
      return items.map((item) => item * 2);
    },
  });
  const all = Array.from({ length: 1000 }, (_, item) => item);
  expect(await Promise.all(all.map((item) => commits.submit(item)))).toEqual(all.map((item) => item * 2));
  expect(seen).toEqual(all);
  expect(sizes).toEqual([1, 200, 200, 200, 200, 199]);
});

test('a batch that finds the store unavailable fails those that wait behind it, and the next one tries again', async () => {
  const { commits, batches } = setUp();
  const results = [1, 2, 3].map((item) => commits.submit(item));
  batches[0]?.done.reject(new StoreError('unavailable', 'away'));
  for (const result of results) await expect(result).rejects.toMatchObject({ kind: 'unavailable' });
  expect(batches).toHaveLength(1);
  const next = commits.submit(4);
  batches[1]?.done.resolve();
  expect(await next).toBe('result of 4');
});
