import { topics } from '@microshop/contracts';
import { asyncApiOf, servicesOf } from '@microshop/contracts/asyncapi';
import { goldenMessage } from '@microshop/contracts/golden';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { asyncApiFaults } from './asyncapi-faults.ts';
import { PAGE_STYLE, pageOf } from './page.ts';
import { samplesOf } from './sample.ts';
import { shopAsyncApi } from './shop-asyncapi.ts';

const document = shopAsyncApi();
const info = { title: 'a service', version: '0.1.0', description: 'A part of the shop.' };

test('the document of the shop is valid AsyncAPI', async () => expect(await asyncApiFaults(document)).toEqual([]));

test.each(['order-svc', 'inventory-svc', 'loyalty-svc'] as const)(
  'so is the one of %s, which has only what it sends and receives',
  async (service) => {
    const own = asyncApiOf({ info, topics, service, example: goldenMessage });
    expect(await asyncApiFaults(own)).toEqual([]);
    const told = topics.filter(({ owner, consumers }) => owner === service || consumers.includes(service));
    expect(Object.keys(own.channels)).toEqual(told.map(({ name }) => name));
    for (const { tags } of Object.values(own.operations)) expect(tags).toEqual([{ name: service }]);
    expect(Object.keys(own.operations)).toHaveLength(told.length);
  },
);

test('what is not valid is said with its place', async () => {
  const { asyncapi: _, ...broken } = { ...document, channels: { a: { ...document.channels['microshop.stock.v1'], address: 3 } } };
  expect(await asyncApiFaults({ ...broken, asyncapi: '3.0.0' } as never)).toContainEqual(
    expect.stringMatching(/^asyncapi\.json is not valid at channels\/a\/address: /),
  );
});

test('it has each event of each topic once, with its golden message, and who sends and receives it', () => {
  for (const topic of topics) {
    const channel = document.channels[topic.name];
    if (!channel) return expect.unreachable(topic.name);
    expect(Object.keys(channel.messages)).toEqual(Object.keys(topic.events));
    for (const [type, { examples }] of Object.entries(channel.messages))
      expect(examples).toEqual([{ payload: goldenMessage(topic, type) }]);
    expect([servicesOf(document, channel, 'send'), servicesOf(document, channel, 'receive')]).toEqual([
      [topic.owner],
      [...topic.consumers],
    ]);
  }
});

test.each([...new Set(topics.flatMap(({ events }) => Object.keys(events)))])(
  'a sample of %s has the headers that the document tells',
  (type) => {
    for (const { topic, headers } of samplesOf(type))
      expect(Value.Errors(document.channels[topic]?.messages[type]?.headers ?? { not: {} }, headers)).toEqual([]);
  },
);

test('the page names every event and loads nothing', () => {
  const page = pageOf(document);
  for (const topic of topics) for (const type of Object.keys(topic.events)) expect(page).toContain(`id="${topic.name}-${type}"`);
  expect(page).toContain(`<style>${PAGE_STYLE}</style>`);
  expect(page).not.toMatch(/<script|<link|https?:|src=|style=/);
});

test('the page shows what it is given as text', () => {
  expect(pageOf({ ...document, info: { ...info, title: '<b>"&' } })).toContain('<h1>&lt;b&gt;&quot;&amp;: events</h1>');
});
