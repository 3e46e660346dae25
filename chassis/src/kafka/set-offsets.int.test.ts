import { afterAll, expect, inject, test, vi } from 'vitest';
import { silent } from '../testing/events.ts';
import { unique } from '../testing/int.ts';
import { createKafkaBroker } from './kafkajs-broker.ts';
import { forgetOffsets, setOffsets } from './set-offsets.ts';

const brokers = inject('kafkaBrokers');
const broker = createKafkaBroker({ brokers, clientId: unique('offsets-test'), logger: silent, onFatal: () => undefined });
afterAll(() => broker.stop());

const WAIT = { timeout: 30_000, interval: 25 };

/** A group that reads so many records of a topic, and stops. */
async function readBy(group: string, topic: string, count: number): Promise<string[]> {
  const seen: string[] = [];
  const consumption = await broker.consume({
    group,
    topics: [topic],
    async onBatch({ records }, { handled }) {
      for (const { value, offset } of records) {
        seen.push(Buffer.from(value ?? []).toString());
        handled(offset);
      }
    },
  });
  await vi.waitFor(() => expect(seen).toHaveLength(count), WAIT);
  await consumption.stop();
  return seen;
}

test('a group is sent back as far as is asked for, or to the first record, and not while one of it runs', async () => {
  const [topic, group] = [unique('offsets'), unique('group')];
  await broker.ensureTopics([{ name: topic, partitions: 1, config: {} }]);
  await broker.send(['1', '2', '3'].map((value) => ({ topic, key: 'k', value, headers: {} })));
  expect(await readBy(group, topic, 3)).toEqual(['1', '2', '3']);

  await setOffsets({ brokers, group, topics: [topic], to: ({ committed }) => committed - 2n });
  expect(await readBy(group, topic, 2)).toEqual(['2', '3']);

  await forgetOffsets(brokers, [group]);
  expect(await readBy(group, topic, 3)).toEqual(['1', '2', '3']);

  const running = await broker.consume({ group, topics: [topic], onBatch: async () => undefined });
  await vi.waitFor(() => expect(running.isAssigned()).toBe(true), WAIT);
  await expect(forgetOffsets(brokers, [group])).rejects.toThrow();
  await expect(setOffsets({ brokers, group, topics: [topic], to: ({ oldest }) => oldest })).rejects.toThrow();
  await running.stop();
});
