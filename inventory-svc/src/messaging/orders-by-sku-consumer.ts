import { type Handle, type Need, need, type Subscription, subscribe } from '@microshop/chassis/consumer/subscription';
import type { IncomingEvent } from '@microshop/chassis/events/event';
import { type EventOf, ordersBySku } from '@microshop/contracts';
import { holds, reservationKey, reservations, stock } from '../application/collections.ts';

type Orders = typeof ordersBySku;
type OrderEnded = EventOf<Orders, 'OrderRejected' | 'OrderCancelled'>;

export type OrderUseCases = {
  reserveStock: Handle<EventOf<Orders, 'OrderRequested'>>;
  sellStock: Handle<EventOf<Orders, 'OrderConfirmed'>>;
  releaseStock: Handle<OrderEnded>;
};

const row = { needs, naturalKey: 'reservation orderId:sku' };

/** What orders do to stock. A fulfilled order does nothing more to it: its units were sold when it was confirmed. */
export const ordersBySkuConsumer = ({ reserveStock, sellStock, releaseStock }: OrderUseCases): Subscription =>
  subscribe(ordersBySku, {
    OrderRequested: { handle: reserveStock, ...row },
    OrderConfirmed: { handle: sellStock, ...row },
    OrderRejected: { handle: releaseStock, early: true, ...row },
    OrderCancelled: { handle: releaseStock, early: true, ...row },
  });

function needs({ data }: IncomingEvent<EventOf<Orders, 'OrderConfirmed'>>): Need[] {
  const { orderId, sku, reservationId } = data;
  const always = [need(reservations, reservationKey(orderId, sku)), need(stock, sku)];
  return reservationId === undefined ? always : [...always, need(holds, reservationId)];
}
