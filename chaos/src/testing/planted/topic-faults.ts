import { deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { deadLetterTopic, ordersByCustomer, ordersBySku, stock as stockTopic } from '@microshop/contracts';
import { movements } from '@microshop/inventory-svc/application/collections';
import { all, change, isKept, isOf, orderThat, type Planted, recordsOf, remove, some } from './changing.ts';

export const topicFaults = {
  'path: the published events, the machine and the document agree': [
    {
      what: 'an ending was not published',
      says: /went by .*, and was published as 1 pending(, 3.*)?$/,
      plant: (run) => remove(run.records, (record) => record.topic === ordersByCustomer.name && isOf('OrderConfirmed')(record)),
    },
    {
      what: 'a copy by SKU is for another quantity',
      says: /has copies by SKU that it is not/,
      plant(run) {
        const record = some(recordsOf(run, ordersBySku.name).find(isOf('OrderRequested')));
        record.value = JSON.stringify({ ...JSON.parse(String(record.value)), quantity: 999 });
      },
    },
    {
      what: 'a copy by SKU is missing',
      says: /lacks copies by SKU/,
      plant: (run) => remove(run.records, ({ topic }) => topic === ordersBySku.name),
    },
    {
      what: 'confirmed although an answer is no',
      says: /its machine comes to (rejected|no such state)/,
      plant(run) {
        const order = orderThat(run, isKept);
        const { sku, quantity } = some(order.items[0]);
        order.stockAnswers = order.stockAnswers.map((answer) =>
          answer.sku === sku ? { sku, reserved: false, reason: 'out_of_stock', requested: quantity, available: 0 } : answer,
        );
      },
    },
    {
      what: 'an answer that nobody gave',
      says: /has answers that were never published: StockReserved/,
      plant: (run) => remove(run.records, (record) => record.topic === stockTopic.name && isOf('StockReserved')(record)),
    },
  ],
  'patience: an order whose answers came in time did not time out': [
    {
      what: 'an order timed out although it was answered',
      says: /timed out, and all its answers were there \d+ ms after its request/,
      plant: (run) =>
        change(orderThat(run, isKept), { status: 'rejected', rejection: { code: 'timed_out', detail: '' }, pointsAnswer: undefined }),
    },
  ],
  'delivery: outboxes and topics are the same, byte for byte': [
    {
      what: 'a committed event is not on its topic',
      says: /was committed and is not, as it was, on microshop.stock.v1/,
      plant: (run) => remove(run.records, ({ topic }) => topic === stockTopic.name),
    },
    {
      what: 'a byte of a record is another',
      says: /was never committed as it is/,
      plant: (run) => change(recordsOf(run, stockTopic.name)[0]?.headers, { traceparent: '00' }),
    },
    {
      what: 'a record that nobody committed',
      says: /phantom at .* was never committed as it is/,
      plant: (run) => run.records.push({ ...some(recordsOf(run, stockTopic.name)[0]), offset: 9999, headers: { ce_id: 'phantom' } }),
    },
  ],
  'order: versions come to each key in their order': [
    {
      what: 'an ending overtook its request',
      says: /\(version 1\) at .* came after version 2/,
      plant(run) {
        const ending = some(recordsOf(run, ordersByCustomer.name).find(isOf('OrderConfirmed')));
        const request = some(
          recordsOf(run, ordersByCustomer.name).find(
            (record) => isOf('OrderRequested')(record) && record.headers.ce_subject === ending.headers.ce_subject,
          ),
        );
        [ending.offset, request.offset] = [request.offset, ending.offset];
      },
    },
  ],
  'once: each fact was decided once': [
    {
      what: 'an answer was given twice',
      says: /tells version 1 of .*, as .* does/,
      plant(run) {
        const rows = all(run, 'inventory-svc', outboxCollection);
        const row = some(rows.find(({ events }) => events.some(({ type }) => type === 'StockReserved')));
        rows.push({ ...row, _id: `${row._id}-again`, events: row.events.map((event) => ({ ...event, id: `${event.id}-again` })) });
      },
    },
    {
      what: 'units were sold twice to one order',
      says: /sold twice, at versions/,
      plant(run) {
        const row = some(all(run, 'inventory-svc', movements).find(({ type }) => type === 'sold'));
        all(run, 'inventory-svc', movements).push({ ...row, _id: `${row._id}-again`, version: 9999 });
      },
    },
  ],
  'dead letters: all the poison and nothing else': [
    {
      what: 'a poison record was swallowed',
      says: /can not be handled and is no dead letter of/,
      plant: (run) => all(run, 'order-svc', deadLetterCollection).pop(),
    },
    {
      what: 'a dead letter is not on its topic',
      says: /is a dead letter of order-svc and not on its topic/,
      plant: (run) => remove(run.records, ({ topic }) => topic === deadLetterTopic(stockTopic.name, 'order-svc')),
    },
    {
      what: 'a good record is a dead letter',
      says: /StockReserved at .* is good and is dead/,
      plant(run) {
        const letters = all(run, 'order-svc', deadLetterCollection);
        letters.push({ ...some(letters[0]), _id: 'order-svc/good', eventId: 'good', eventType: 'StockReserved' });
      },
    },
    {
      what: 'poison that the broker took is nowhere',
      says: /the broker took the poison p-lost and it is on no topic/,
      plant: (run) =>
        run.nemesis.push({ fault: 9, at: 0, class: 'poison', phase: 'hit', detail: { poison: [{ name: 'p-lost', expect: 'dead' }] } }),
    },
  ],
} satisfies Record<string, readonly Planted[]>;
