import type { Clock, NewId, Sleep } from '@microshop/chassis/clock';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import { createCancelOrder, createFulfilOrder } from './change-order.ts';
import { createChangeDiscount, createCreateDiscount, createRetireDiscount } from './keep-discounts.ts';
import { createOrderFeed, type FindChangedOrders } from './order-feed.ts';
import { createPlaceOrder } from './place-order.ts';
import { createQuoteOrder } from './quote-order.ts';
import { createRecordAnswer } from './record-answer.ts';
import { refuseShort } from './refuse-short.ts';
import { createRejectOverdueOrders, type FindOverdueOrders } from './reject-overdue-orders.ts';
import { type Announce, createSettleOrder } from './settle-order.ts';
import { createShortages } from './shortages.ts';

export type Ports = {
  transact: RunInTransaction;
  clock: Clock;
  newId: NewId;
  sleep?: Sleep;
  findChanged: FindChangedOrders;
  findOverdue: FindOverdueOrders;
  /** Marks the answers that are on the topics now; tells later whether all of them were handled. */
  markProgress: () => Promise<() => Promise<boolean>>;
  /** Told of each ending, once, in the process that decided it. */
  onEnding?: Announce;
};
export type Rules = { currency: string; pointValue: number; timeoutMs: number };
export type UseCases = ReturnType<typeof createUseCases>;

/** All that the service can do. */
export function createUseCases(ports: Ports, { currency, pointValue, timeoutMs }: Rules) {
  const { transact, clock, newId, sleep, findChanged, findOverdue, markProgress, onEnding } = ports;
  const feed = createOrderFeed({ findChanged, ...(sleep && { sleep }) });
  const shortages = createShortages(clock);
  const placeOrder = createPlaceOrder({ transact, newId, ...(sleep && { sleep }), currency, pointValue, timeoutMs });
  const settle = createSettleOrder((order) => {
    feed.announce(order);
    shortages.onEnding(order);
    onEnding?.(order);
  });

  return {
    feed,
    placeOrder: refuseShort(placeOrder, { transact, shortOf: shortages.of }),
    quoteOrder: createQuoteOrder({ transact, currency, pointValue }),
    cancelOrder: createCancelOrder(transact, settle),
    fulfilOrder: createFulfilOrder(transact, settle),
    recordAnswer: createRecordAnswer(settle),
    rejectOverdue: createRejectOverdueOrders({ transact, settle, findOverdue, markProgress, clock, timeoutMs }),

    createDiscount: createCreateDiscount(transact),
    changeDiscount: createChangeDiscount(transact),
    retireDiscount: createRetireDiscount(transact),
  };
}
