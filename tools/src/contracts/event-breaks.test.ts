import { ordersByCustomer, type Topic, topics } from '@microshop/contracts';
import { asyncApiOf } from '@microshop/contracts/asyncapi';
import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { verdict } from './break.ts';
import { eventBreaks } from './event-breaks.ts';
import { shopAsyncApi } from './shop-asyncapi.ts';

const { redeemPoints: _, ...withoutPoints } = ordersByCustomer.events.OrderRequested.properties;
const { events, name } = ordersByCustomer;
const released = shopAsyncApi();

/** The shop whose orders-by-customer topic is changed like this, or gone. */
function shopWith(change: Partial<Topic> | undefined) {
  const others = topics.filter((topic) => topic.name !== name);
  return asyncApiOf({ info: released.info, topics: change ? [...others, { ...ordersByCustomer, ...change }] : others });
}
const sentences = (change: Partial<Topic> | undefined) => verdict(new Map([['v0.1.0', eventBreaks(released, shopWith(change))]]));
const open = Type.Object({ ...events.OrderRequested.properties, note: Type.Optional(Type.String()) });

describe('what breaks nobody', () => {
  test.each<[string, Partial<Topic>]>([
    ['nothing new', {}],
    ['an optional field', { events: { ...events, OrderRequested: open } }],
    ['another event', { events: { ...events, OrderArchived: Type.Object({ customerId: Type.String() }) } }],
    ['another consumer', { consumers: ['loyalty-svc', 'inventory-svc'] }],
  ])('%s', (_, change) => expect(sentences(change)).toEqual([]));
});

const on = `${name}, released in v0.1.0)`;
const { OrderCancelled: __, ...withoutCancelled } = events;
test.each<[Partial<Topic> | undefined, string]>([
  [
    { events: { ...events, OrderRequested: Type.Object(withoutPoints) } },
    `breaks loyalty-svc: field \`redeemPoints\` removed (OrderRequested on ${on}`,
  ],
  [{ events: withoutCancelled }, `breaks loyalty-svc: the event is removed (OrderCancelled on ${on}`],
  [{ key: 'orderId' }, `breaks loyalty-svc: the key changed from customerId to orderId (${on}`],
  [{ partitions: 24 }, `breaks loyalty-svc: the number of partitions changed from 12 to 24 (${on}`],
  [{ retention: 'compacted' }, `breaks loyalty-svc: the cleanup policy changed from delete to compact (${on}`],
  [undefined, `breaks loyalty-svc: the topic is removed (${on}`],
])('%j: %s', (change, sentence) => expect(sentences(change)).toEqual([sentence]));

test('what nobody here reads may be read elsewhere', () => {
  const present = asyncApiOf({ info: released.info, topics: topics.filter((topic) => topic.name !== 'microshop.stock-levels.v1') });
  expect(eventBreaks(released, present)).toMatchObject([{ whom: 'every reader', what: 'the topic is removed' }]);
});

test('one sentence names every release that is broken', () => {
  const breaks = eventBreaks(released, shopWith(undefined));
  const both = new Map(['v0.1.0', 'v0.2.0'].map((release) => [release, breaks]));
  expect(verdict(both)).toEqual([`breaks loyalty-svc: the topic is removed (${name}, released in v0.1.0, v0.2.0)`]);
});
