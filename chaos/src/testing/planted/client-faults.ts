import { adjustments, movements } from '@microshop/inventory-svc/application/collections';
import { idempotencyKeys } from '@microshop/order-svc/application/collections';
import { add, all, asked, change, isKept, orderIdOf, ordersIn, orderThat, type Planted, remove, some, told } from './changing.ts';

export const clientFaults = {
  'accepted: each order that a client was told of is there, ended, and is what was asked for': [
    {
      what: 'an order that was confirmed is gone',
      says: /was answered with 201 \(op \d+\) and is not there/,
      plant: (run) =>
        remove(
          ordersIn(run),
          ({ _id, status }) =>
            status === 'confirmed' && told(run, 'checkout').some((entry) => orderIdOf(entry) === _id && entry.value.status === 201),
        ),
    },
    { what: 'an order hangs', says: /is still pending/, plant: (run) => change(orderThat(run, isKept), { status: 'pending' }) },
    {
      what: 'an order has more than was asked for',
      says: /was asked for with points \d+ .* and has \d+/,
      plant: (run) => add(orderThat(run, isKept), 'redeemedPoints'),
    },
  ],
  'keys: one key makes one order, with one body': [
    {
      what: 'a repeat was answered with another order',
      says: /was answered with .* and names/,
      plant: (run) => change(told(run, 'checkout')[3]?.value, { orderId: orderThat(run, isKept)._id }),
    },
    {
      what: 'a refused checkout made an order',
      says: /was refused each time and made/,
      plant(run) {
        const { key } = asked(run, some(told(run, 'checkout')[0])).value;
        const ops = new Set(
          run.history.filter(({ f, type, value }) => f === 'checkout' && type === 'invoke' && value.key === key).map(({ op }) => op),
        );
        for (const entry of run.history)
          if (ops.has(entry.op) && entry.type === 'ok') change(entry, { type: 'fail', value: { code: 'unknown_sku' } });
      },
    },
    {
      what: 'an order that nobody asked for',
      says: /and nobody asked with it/,
      plant: (run) => all(run, 'order-svc', idempotencyKeys).push({ _id: 'ada\nx', orderId: 'x', fingerprint: '' }),
    },
    {
      what: 'another body was taken with the same key',
      says: /was taken with another body/,
      plant: (run) =>
        change(some(run.history.find(({ f, type }) => f === 'reuse' && type === 'fail')), {
          type: 'ok',
          value: { orderId: 'x' },
        }),
    },
  ],
  'answers: what a client was told of an order stays true': [
    {
      what: 'a rejected order is confirmed later',
      says: /was said to be rejected \(op \d+\) and is confirmed/,
      plant: (run) =>
        change(
          orderThat(run, ({ status }) => status === 'rejected'),
          { status: 'confirmed' },
        ),
    },
    {
      what: 'an order is rejected for another reason than was said',
      says: /was said to be rejected as .* and is as timed_out/,
      plant(run) {
        const refused = told(run, 'checkout').find(({ value }) => value.status === 409);
        change(
          orderThat(run, ({ _id }) => _id === refused?.value.orderId),
          { rejection: { code: 'timed_out', detail: '' } },
        );
      },
    },
    {
      what: 'a cancellation that was granted is undone',
      says: /was (said to be cancelled|granted a cancel).* and is confirmed/,
      plant: (run) =>
        change(
          orderThat(run, ({ _id }) => _id === orderIdOf(some(told(run, 'cancel')[0]))),
          { status: 'confirmed' },
        ),
    },
  ],
  'reads: an order never goes backward': [
    {
      what: 'a later read sees an earlier version',
      says: /was seen at version 2 .* and later at version 1/,
      plant(run) {
        const read = some(told(run, 'read order').findLast(({ value }) => (value.order as { version: number }).version === 2));
        change(read.value.order as object, { version: 1 });
      },
    },
    {
      what: 'an order that was read is not there later',
      says: /and later at version 0 \(not there/,
      plant(run) {
        const read = some(told(run, 'read order').at(-1));
        change(read, { type: 'fail', value: { status: 404, code: 'unknown_order' } });
      },
    },
  ],
  'bank: at each read the units are all there, none below zero': [
    {
      what: 'a counter was read below zero',
      says: /was read with available -1/,
      plant: (run) => change(some(told(run, 'read stock')[5]).value.level as object, { available: -1 }),
    },
    {
      what: 'a unit too many was read',
      says: /units in all .*; from \d+ to \d+ had been put in/,
      plant: (run) => add(told(run, 'read stock')[7]?.value.level, 'sold'),
    },
  ],
  'adjustments: each that was answered is in the ledger once': [
    {
      what: 'an adjustment was forgotten',
      says: /was answered and is not there/,
      plant: (run) => all(run, 'inventory-svc', adjustments).pop(),
    },
    {
      what: 'units came twice',
      says: /was adjusted by \d+ in all, its ledger by \d+/,
      plant: (run) =>
        add(
          all(run, 'inventory-svc', movements).find(({ type }) => type === 'received'),
          'change',
        ),
    },
    {
      what: 'a refused adjustment is there',
      says: /was refused and is there/,
      plant: (run) => change(some(told(run, 'adjust points').at(-1)), { type: 'fail', value: { code: 'x' } }),
    },
  ],
  'bad input: refused': [
    {
      what: 'a malformed body was taken',
      says: /was taken with 201/,
      plant: (run) =>
        change(some(run.history.find(({ f, type }) => f === 'malformed' && type === 'fail')), {
          type: 'ok',
          value: { status: 201 },
        }),
    },
  ],
} satisfies Record<string, readonly Planted[]>;
