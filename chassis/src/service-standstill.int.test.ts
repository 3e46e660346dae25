import { expect, inject, test, vi } from 'vitest';
import { subscribe } from './consumer/subscription.ts';
import { startService } from './service.ts';
import { defineTallyService } from './testing/tally-service.ts';

const stack = { kafkaBrokers: inject('kafkaBrokers'), mongodbUrl: inject('mongodbUrl') };

test('a consumer whose handler never returns ends its process, which says where it stands; it can still be stopped', async () => {
  const onFatal = vi.fn();
  const { definition, topic } = defineTallyService({ ...stack, onFatal, watchdogLookMs: 100 });
  const service = await startService({
    ...definition,
    build: (context) => ({
      ...definition.build(context),
      subscriptions: [subscribe(topic, { CountedUp: { handle: () => new Promise(() => undefined) } })],
    }),
  });
  await vi.waitFor(async () => expect((await fetch(`${service.url}/count/a`, { method: 'POST' })).status).toBe(200), { timeout: 20_000 });

  await vi.waitFor(() => expect(onFatal).toHaveBeenCalled(), { timeout: 40_000 });

  expect(onFatal.mock.calls[0]?.[0].message).toMatch(
    new RegExp(`^The consumer stands still at offset 0 of ${topic.name}/\\d+ since \\S+, with a lag of 1\\.$`),
  );
  await service.stop();
});
