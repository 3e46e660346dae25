import { expect, test, vi } from 'vitest';
import { silent } from '../testing/events.ts';
import { MissingTopicError } from './broker.ts';
import { remakingTopics } from './remake-topics.ts';

const specs = [{ name: 'orders', partitions: 12, config: {} }];
const record = { topic: 'orders', key: 'a', value: '{}', headers: {} };
const gone = new MissingTopicError('gone');

/** A send at each second, with what it fails with; at which of them topics were made. */
async function remadeAt(sends: [second: number, failure?: Error][]): Promise<number[]> {
  let now = 0;
  const made: number[] = [];
  let failure: Error | undefined;
  const { send } = remakingTopics({
    broker: {
      async send() {
        if (failure) throw failure;
      },
      async ensureTopics(wanted) {
        expect(wanted).toBe(specs);
        made.push(now);
      },
    },
    specs,
    clock: { now: () => new Date(now * 1000) },
    logger: silent,
  });
  for ([now, failure] of sends) expect(await send([record]).catch((error: unknown) => error)).toBe(failure);
  return made;
}

test.each<[string, [number, Error?][], number[]]>([
  ['nothing is gone', [[0], [1]], []],
  [
    'the broker is away',
    [
      [0, new Error('away')],
      [9, new Error('away')],
    ],
    [],
  ],
  ['a topic is gone: not before all consumers have seen it', [[0, gone], [1, gone], [4, gone], [5, gone], [6]], [5]],
  ['other topics are written meanwhile', [[0, gone], [1], [2, gone], [3], [6, gone]], [6]],
  ['it was seen to be gone another time', [[0, gone], [1], [60, gone], [61]], []],
])('%s', async (_, sends, expected) => {
  expect(await remadeAt(sends)).toEqual(expected);
});

test('a topic that can not be made yet is tried again with the next send', async () => {
  const ensureTopics = vi.fn(async () => Promise.reject(new Error('not now')));
  let now = 0;
  const broker = { send: async () => Promise.reject(gone), ensureTopics };
  const { send } = remakingTopics({ broker, specs, clock: { now: () => new Date(now) }, logger: silent });
  for (now of [0, 5000, 6000]) await expect(send([record])).rejects.toThrow();
  expect(ensureTopics).toHaveBeenCalledTimes(2);
});
