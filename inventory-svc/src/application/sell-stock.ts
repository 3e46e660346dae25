import type { IncomingEvent } from '@microshop/chassis/events/event';
import type { Tx } from '@microshop/chassis/store/unit-of-work';
import type { EventOf, ordersBySku } from '@microshop/contracts';
import { decideReservation } from '../domain/reservation.ts';
import { type ChangeReservation, presentOf, readReservation } from './change-reservation.ts';

type OrderConfirmed = EventOf<typeof ordersBySku, 'OrderConfirmed'>;

/** What a confirmed order has reserved is sold. */
export const createSellStock =
  ({ changeReservation }: { changeReservation: ChangeReservation }) =>
  async ({ data }: IncomingEvent<OrderConfirmed>, tx: Tx): Promise<void> => {
    const reservation = await readReservation(tx, data);
    const { quantity } = reservation ?? data;
    const change = decideReservation(presentOf(reservation), { type: 'confirmed', quantity }, tx.now);
    if (change !== 'unchanged') await changeReservation(tx, { ...data, quantity }, change, 'order confirmed');
  };

export type SellStock = ReturnType<typeof createSellStock>;
