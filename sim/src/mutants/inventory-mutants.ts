import type { Tx } from '@microshop/chassis/store/unit-of-work';
import {
  type HoldDocument,
  holds,
  type ReservationDocument,
  reservationKey,
  reservations,
  stock,
} from '@microshop/inventory-svc/application/collections';
import { createMoveStock } from '@microshop/inventory-svc/application/move-stock';
import type { Mutation } from '../mutation.ts';
import { handling, seeing } from './with-tx.ts';

type Line = { orderId: string; sku: string; quantity: number };

/** A request is answered each time it comes: the reservation that is there is not looked at. */
export const reservationNotLookedUp: Mutation = {
  subscription: (subscription) =>
    handling(subscription, {
      OrderRequested: (real, event, tx) =>
        real(
          event,
          seeing(tx, reservations.name, () => undefined),
        ),
    }),
};

/** The end of an order gives its units back, whatever state the reservation is in. */
export const compensationUnchecked: Mutation = {
  subscription: (subscription, { service, view, database }) => {
    if (service !== 'inventory-svc') return subscription;
    const moveStock = createMoveStock(() => `${view.life.name}-${view.scheduler.steps}-${database.moment}-${view.scheduler.now}`);
    const giveBack = async (event: { data: Record<string, unknown> }, tx: Parameters<typeof moveStock>[0]) => {
      const { orderId, sku, quantity } = event.data as Line;
      const reservation = await tx.get(reservations, reservationKey(orderId, sku));
      const level = await tx.get(stock, sku);
      const type = reservation?.state === 'sold' ? 'returned' : 'released';
      if (reservation?.state === 'released' || !level || (type === 'released' && level.reserved < quantity)) return;
      await moveStock(tx, sku, { type, change: quantity, reason: 'order ended', orderId });
      tx.put(reservations, {
        ...reservation,
        _id: reservationKey(orderId, sku),
        orderId,
        sku,
        quantity,
        version: 2,
        at: tx.now,
        state: 'released',
      });
    };
    return handling(subscription, {
      OrderRejected: (_, event, tx) => giveBack(event, tx),
      OrderCancelled: (_, event, tx) => giveBack(event, tx),
    });
  },
};

/** An end that overtakes its request leaves nothing behind. */
export const noTombstone: Mutation = {
  subscription: (subscription, { service }) => {
    if (service !== 'inventory-svc') return subscription;
    const unlessNone: Parameters<typeof handling>[1][string] = async (real, event, tx) => {
      const { orderId, sku } = event.data as Line;
      if (await tx.get(reservations, reservationKey(orderId, sku))) await real(event, tx);
    };
    return handling(subscription, { OrderRejected: unlessNone, OrderCancelled: unlessNone });
  },
};

/** Two sweeps that found the same hold due both give its units back. */
export const expiryTwice: Mutation = {
  transact: (transact, { service }) =>
    service !== 'inventory-svc'
      ? transact
      : (work, cause) =>
          transact((tx) => {
            const asDue = (hold: HoldDocument | undefined) =>
              hold?.status === 'expired'
                ? { ...hold, status: 'held', items: hold.items.map((item) => ({ ...item, settled: false })) }
                : hold;
            return work(seeing(tx, holds.name, asDue));
          }, cause),
};

/** A hold is for whoever asks, also when another order has claimed it. */
export const holdClaimedTwice: Mutation = {
  subscription: (subscription) =>
    handling(subscription, {
      OrderRequested: (real, event, tx) =>
        real(
          event,
          seeing(
            tx,
            holds.name,
            (hold: HoldDocument | undefined) =>
              hold && {
                ...hold,
                status: 'held',
                expiresAt: new Date(8.64e15),
                items: hold.items.map((item) => ({ ...item, settled: false })),
              },
          ),
        ),
    }),
};

/** What is sold when the order is confirmed stays sold when it is cancelled. */
export const soldStaysSold: Mutation = {
  subscription: (subscription) =>
    handling(subscription, {
      OrderCancelled: (real, event, tx) =>
        real(
          event,
          seeing(tx, reservations.name, (reservation: ReservationDocument | undefined) =>
            reservation?.state === 'sold' ? { ...reservation, state: 'released' } : reservation,
          ),
        ),
    }),
};

/** It is forgotten that an order had ended for a part before another part claimed the hold. A seed found this one in the service itself. */
export const endedPartForgotten: Mutation = {
  transact: (transact, { service }) => {
    const forgetting = (tx: Tx): Tx => ({
      ...tx,
      put: (collection, document) => tx.put(collection, collection.name === holds.name ? { ...document, ended: undefined } : document),
      because: (cause) => forgetting(tx.because(cause)),
    });
    return service === 'inventory-svc' ? (work, cause) => transact((tx) => work(forgetting(tx)), cause) : transact;
  },
};
