import { afterAll, expect, inject, test, vi } from 'vitest';
import { silent } from '../testing/events.ts';
import { unique } from '../testing/int.ts';
import { createKafkaBroker } from './kafkajs-broker.ts';
import { raisePartitions, readLayouts } from './topic-layout.ts';

const brokers = inject('kafkaBrokers');
const broker = createKafkaBroker({ brokers, clientId: unique('layout-test'), logger: silent, onFatal: () => undefined });
afterAll(() => broker.stop());

test('a topic gets more partitions, and one that is not there is left out', async () => {
  const topic = unique('layout');
  await broker.ensureTopics([{ name: topic, partitions: 2, config: {} }]);
  const layout = { topic, partitions: 2, replicas: 1, inStep: 1 };
  expect(await readLayouts({ brokers }, [topic, unique('nowhere')])).toEqual([layout]);
  await raisePartitions({ brokers }, new Map([[topic, 4]]));
  await vi.waitFor(async () => expect(await readLayouts({ brokers }, [topic])).toEqual([{ ...layout, partitions: 4 }]), 10_000);
});
