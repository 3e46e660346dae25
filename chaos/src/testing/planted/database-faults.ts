import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { holds, movements, reservations, stock } from '@microshop/inventory-svc/application/collections';
import { customers, orderPoints, pointsLedger } from '@microshop/loyalty-svc/application/collections';
import { discounts, discountUses, idempotencyKeys, orders } from '@microshop/order-svc/application/collections';
import { add, all, asked, change, isKept, orderThat, type Planted, remove, replayed, reservationOf, some, told } from './changing.ts';

export const databaseFaults = {
  'orders: an allowed path, a total that adds up, one key': [
    { what: 'a total that does not add up', says: /has a total of/, plant: (run) => add(orderThat(run, isKept), 'totalPrice') },
    {
      what: 'a state that does not follow',
      says: /came to confirmed by pending rejected confirmed|came to confirmed by/,
      plant: (run) => change(some(orderThat(run, isKept).states[0]), { status: 'rejected' }),
    },
    { what: 'an order without a key', says: /has no idempotency key/, plant: (run) => all(run, 'order-svc', idempotencyKeys).pop() },
  ],
  'stock: as ledger, reservations and holds say': [
    { what: 'a unit was sold twice', says: /its ledger amounts to/, plant: (run) => add(all(run, 'inventory-svc', stock)[0], 'sold') },
    { what: 'a movement is missing', says: /its ledger has \d+ rows/, plant: (run) => all(run, 'inventory-svc', movements).pop() },
    {
      what: 'a reservation is forgotten',
      says: /its reservations and holds amount to/,
      plant: (run) => remove(all(run, 'inventory-svc', reservations), ({ state }) => state === 'sold'),
    },
  ],
  'points: as the ledger says': [
    { what: 'a balance is too high', says: /has a balance of/, plant: (run) => add(all(run, 'loyalty-svc', customers)[0], 'balance') },
    {
      what: 'points were deducted twice',
      says: /its ledger should have/,
      plant(run) {
        const row = some(all(run, 'loyalty-svc', pointsLedger).find(({ type }) => type === 'deducted'));
        all(run, 'loyalty-svc', pointsLedger).push({ ...row, _id: `${row._id}:again` });
      },
    },
    {
      what: 'more was earned than is due',
      says: /earned \d+ points, \d+ are due/,
      plant: (run) =>
        add(
          all(run, 'loyalty-svc', orderPoints).find(({ state }) => state === 'earned'),
          'earned',
        ),
    },
  ],
  'discounts: as often as orders have them, within their limits': [
    {
      what: 'a use is not counted',
      says: /counts \d+ uses, \d+ orders have it/,
      plant: (run) => add(all(run, 'order-svc', discounts)[0], 'uses'),
    },
    {
      what: 'the last use was taken twice',
      says: /was used \d+ times of 1$/,
      plant: (run) => change(some(all(run, 'order-svc', discounts).find(({ uses }) => uses > 1)), { maxUses: 1 }),
    },
    {
      what: "a customer's use is not counted",
      says: /uses of .*, who has/,
      plant: (run) => add(all(run, 'order-svc', discountUses)[0], 'uses'),
    },
    {
      what: 'one customer used a code too often',
      says: /was used \d+ times by .*, of 0/,
      plant: (run) => change(some(all(run, 'order-svc', discounts).find(({ uses }) => uses > 0)), { maxUsesPerCustomer: 0 }),
    },
  ],
  'prices: those of the catalogue, less the discount': [
    {
      what: 'a line at a price that never was',
      says: /has .* at 12345, which it never cost/,
      plant: (run) => change(orderThat(run, isKept).items[0], { unitPrice: 12_345 }),
    },
    {
      what: 'a discount takes off too much',
      says: /has \d+ off by .*, which takes \d+ off/,
      plant: (run) =>
        add(
          orderThat(run, ({ discountCode }) => discountCode !== null),
          'discountPrice',
        ),
    },
  ],
  'holds: each belongs to one order, or came to what was said': [
    {
      what: 'a hold that was answered is gone',
      says: /the hold .* was answered .* and is not there/,
      plant: (run) =>
        remove(all(run, 'inventory-svc', holds), ({ _id }) => told(run, 'hold').some(({ value }) => value.reservationId === _id)),
    },
    {
      what: 'a hold that was given back is claimed later',
      says: /was said to be released .* and is claimed/,
      plant(run) {
        const [given] = told(run, 'roll back');
        const { reservationId } = asked(run, some(given)).value;
        change(
          all(run, 'inventory-svc', holds).find(({ _id }) => _id === reservationId),
          { status: 'claimed', orderId: 'x' },
        );
      },
    },
    {
      what: 'two orders had one hold',
      says: /is confirmed with the hold .*, which is not its own/,
      plant(run) {
        const owner = orderThat(run, ({ reservationId, status }) => reservationId !== undefined && status === 'confirmed');
        change(
          orderThat(run, ({ reservationId, status }) => reservationId === undefined && status === 'confirmed'),
          { reservationId: owner.reservationId },
        );
      },
    },
    {
      what: 'a hold was claimed by who did not bring it',
      says: /has claimed the hold .* and brought none/,
      plant: (run) =>
        change(
          all(run, 'inventory-svc', holds).find(({ status }) => status === 'claimed'),
          { orderId: orderThat(run, ({ reservationId }) => reservationId === undefined)._id },
        ),
    },
  ],
  'agreement: the three databases say the same of each order': [
    {
      what: 'a confirmed order has no units',
      says: /its reservation is released/,
      plant: (run) => change(reservationOf(run, 'confirmed'), { state: 'released' }),
    },
    {
      what: 'a cancelled order keeps units',
      says: /still has/,
      plant: (run) => change(reservationOf(run, 'cancelled'), { state: 'sold' }),
    },
    {
      what: 'an order was never answered for a SKU',
      says: /was never answered for/,
      plant: (run) =>
        remove(
          all(run, 'inventory-svc', reservations),
          ({ orderId }) => orderId === orderThat(run, ({ status }) => status === 'cancelled')._id,
        ),
    },
    {
      what: 'units are kept for nobody',
      says: /belongs to no order/,
      plant: (run) => change(some(all(run, 'inventory-svc', reservations).find(({ state }) => state === 'sold')), { orderId: 'nobody' }),
    },
  ],
  'rest: nothing is stuck': [
    {
      what: 'a record is unread',
      says: /order-svc has 1 records to read/,
      plant: (run) =>
        add(
          run.offsets.find(({ group, end }) => group === 'order-svc' && end > 0),
          'end',
        ),
    },
    {
      what: 'an event is unpublished',
      says: /has not published its outbox row/,
      plant: (run) => change(all(run, 'loyalty-svc', outboxCollection)[0], { pending: true }),
    },
    {
      what: 'a hold keeps units for ever',
      says: /is neither claimed nor given back/,
      plant: (run) => change(some(all(run, 'inventory-svc', holds)[0]), { status: 'held' }),
    },
  ],
  'replay: everything handled again changes nothing': [
    {
      what: 'a document is another',
      says: /has another balance since everything was replayed: \d+ became \d+/,
      plant: (run) => add(replayed(run, 'loyalty-svc', customers)[0], 'balance'),
    },
    {
      what: 'a document came',
      says: /is there since everything was replayed/,
      plant: (run) => all(run, 'inventory-svc', movements).pop(),
    },
    {
      what: 'a document went',
      says: /is gone since everything was replayed/,
      plant: (run) => replayed(run, 'order-svc', orders).pop(),
    },
  ],
  'seen: enough of what the run is for': [
    {
      what: 'a fault that never hit',
      says: /fault: pause: 0 seen, 1 wanted/,
      plant: (run) => change(run.meta.wanted, { 'fault: pause': 1 }),
    },
  ],
} satisfies Record<string, readonly Planted[]>;
