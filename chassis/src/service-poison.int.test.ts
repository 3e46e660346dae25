import { expect, inject, test, vi } from 'vitest';
import { deadLetterCollection } from './consumer/dead-letter.ts';
import { subscribe } from './consumer/subscription.ts';
import { startService } from './service.ts';
import { tallyCollection } from './testing/events.ts';
import { defineTallyService } from './testing/tally-service.ts';

const stack = { kafkaBrokers: inject('kafkaBrokers'), mongodbUrl: inject('mongodbUrl') };
const WAIT = { timeout: 30_000 };

// kafkajs ends its consumer for good when one of these reaches it, and the process looks healthy.
const errors: Record<string, Error> = {
  type: new TypeError('a'),
  range: new RangeError('b'),
  syntax: new SyntaxError('c'),
  reference: new ReferenceError('d'),
};

test('a handler that throws what kafkajs takes for its own end stops nothing: its events are dead letters, the others are handled', async () => {
  const onFatal = vi.fn();
  const { definition, topic } = defineTallyService({ ...stack, onFatal });
  let countLetters = async () => 0;
  const service = await startService({
    ...definition,
    build(context) {
      countLetters = async () => (await context.db.collection(deadLetterCollection.name).find().toArray()).length;
      const poisoned = subscribe(topic, {
        CountedUp: {
          async handle({ data: { tallyId, by } }, tx) {
            if (errors[tallyId]) throw errors[tallyId];
            tx.insert(tallyCollection, { _id: tallyId, count: by });
          },
        },
      });
      return { ...definition.build(context), subscriptions: [poisoned] };
    },
  });
  const countUp = async (tallyId: string) => (await fetch(`${service.url}/count/${tallyId}`, { method: 'POST' })).status;

  for (const tallyId of [...Object.keys(errors), 'well']) await vi.waitFor(async () => expect(await countUp(tallyId)).toBe(200), WAIT);

  await vi.waitFor(async () => expect(await (await fetch(`${service.url}/count/well`)).json()).toEqual({ count: 1 }), WAIT);
  await vi.waitFor(async () => expect(await countLetters()).toBe(4), WAIT);
  expect(onFatal).not.toHaveBeenCalled();
  await service.stop();
});
