import { orderPoints } from '@microshop/loyalty-svc/application/collections';
import { discounts, discountUses, idempotencyKeys, orders } from '@microshop/order-svc/application/collections';
import type { Mutation } from '../mutation.ts';
import { handling, seeing } from './with-tx.ts';

/** A timeout does not wait until the answers that are there were read. */
export const timeoutDoesNotWait: Mutation = {
  markProgress: (mark) => async () => {
    await mark();
    return async () => true;
  },
};

const limits = new Set([discounts.name, discountUses.name]);

/** A discount's uses are read before the transaction and written after it: two orders find the same use free. */
export const limitReadOutside: Mutation = {
  store: (store, { service, database }) =>
    service !== 'order-svc'
      ? store
      : {
          async begin() {
            const session = await store.begin();
            return {
              ...session,
              async commit(writes) {
                await session.commit(writes.filter(({ collection }) => !limits.has(collection.name)));
                database.commit(
                  writes
                    .filter(({ collection }) => limits.has(collection.name))
                    .map((write) => (write.kind === 'insert' ? { ...write, kind: 'replace' } : write)),
                  database.moment,
                );
              },
            };
          },
        },
};

/** A request that is sent again makes an order again. */
export const keyNotLookedUp: Mutation = {
  transact: (transact, { service }) =>
    service !== 'order-svc' ? transact : (work, cause) => transact((tx) => work(seeing(tx, idempotencyKeys.name, () => undefined)), cause),
};

/** An order is changed from whatever state it is in, as long as it is asked to. */
export const finalStateLeft: Mutation = {
  transact: (transact, { service }) =>
    service !== 'order-svc'
      ? transact
      : (work, cause) =>
          transact(
            (tx) =>
              work(
                seeing(tx, orders.name, (order: { status: string } | undefined) =>
                  order?.status === 'rejected' ? { ...order, status: 'confirmed' } : order,
                ),
              ),
            cause,
          ),
};

/** The points of an order are taken each time it asks. */
export const pointsNotLookedUp: Mutation = {
  subscription: (subscription) =>
    handling(subscription, {
      OrderRequested: (real, event, tx) =>
        real(
          event,
          seeing(tx, orderPoints.name, () => undefined),
        ),
    }),
};

/** An end that overtakes its request is forgotten: the points are taken for an order that is over. */
export const noPointsTombstone: Mutation = {
  subscription: (subscription, { service }) => {
    if (service !== 'loyalty-svc') return subscription;
    const unlessNone: Parameters<typeof handling>[1][string] = async (real, event, tx) => {
      if (await tx.get(orderPoints, String(event.data.orderId))) await real(event, tx);
    };
    return handling(subscription, { OrderRejected: unlessNone, OrderCancelled: unlessNone });
  },
};
