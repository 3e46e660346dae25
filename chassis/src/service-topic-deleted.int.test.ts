import { expect, inject, test, vi } from 'vitest';
import { startService } from './service.ts';
import { deleteTopic } from './testing/int.ts';
import { defineTallyService } from './testing/tally-service.ts';

const stack = { kafkaBrokers: inject('kafkaBrokers'), mongodbUrl: inject('mongodbUrl') };

test('a topic that somebody deletes is made anew, and what was committed meanwhile is published, read and counted', async () => {
  const onFatal = vi.fn();
  const { definition, topic } = defineTallyService({ ...stack, onFatal });
  const service = await startService(definition);
  const count = async () => expect((await fetch(`${service.url}/count/a`, { method: 'POST' })).status).toBe(200);
  const counted = async () => ((await (await fetch(`${service.url}/count/a`)).json()) as { count: number }).count;
  await vi.waitFor(count, { timeout: 20_000 });
  await vi.waitFor(async () => expect(await counted()).toBe(1), { timeout: 20_000 });

  await deleteTopic(stack.kafkaBrokers, topic.name);
  await count();

  await vi.waitFor(async () => expect(await counted()).toBe(2), { timeout: 40_000, interval: 100 });
  expect(onFatal).not.toHaveBeenCalled();
  await service.stop();
});
