import type { IncomingEvent } from '@microshop/chassis/events/event';
import type { Tx } from '@microshop/chassis/store/unit-of-work';
import type { EventOf, ordersBySku } from '@microshop/contracts';
import { decideHold } from '../domain/hold.ts';
import { decideReservation } from '../domain/reservation.ts';
import type { ChangeHold } from './change-hold.ts';
import { type ChangeReservation, presentOf, readReservation } from './change-reservation.ts';
import { holds } from './collections.ts';

type OrderEnded = EventOf<typeof ordersBySku, 'OrderRejected' | 'OrderCancelled'>;
type Ports = { changeReservation: ChangeReservation; changeHold: ChangeHold };

/** An order that was rejected or cancelled gives back what it has of a SKU: reserved, sold, or still in the hold that it claimed. */
export function createReleaseStock({ changeReservation, changeHold }: Ports) {
  async function releaseReservation(tx: Tx, ended: OrderEnded, reason: string): Promise<void> {
    const reservation = await readReservation(tx, ended);
    const { quantity } = reservation ?? ended;
    const change = decideReservation(presentOf(reservation), { type: 'ended', quantity }, tx.now);
    if (change !== 'unchanged') await changeReservation(tx, { ...ended, quantity }, change, reason);
  }

  async function releaseHeldPart(tx: Tx, { reservationId: holdId, orderId, sku }: OrderEnded, reason: string): Promise<void> {
    if (holdId === undefined) return;
    const hold = await tx.get(holds, holdId);
    const change = hold ? decideHold(hold, { type: 'order_ended', orderId, sku }, tx.now) : 'unchanged';
    if (change !== 'unchanged') await changeHold(tx, holdId, change, { reason, orderId });
  }

  return async ({ type, data }: IncomingEvent<OrderEnded>, tx: Tx): Promise<void> => {
    const reason = type === 'OrderCancelled' ? 'order cancelled' : 'order rejected';
    await releaseReservation(tx, data, reason);
    await releaseHeldPart(tx, data, reason);
  };
}

export type ReleaseStock = ReturnType<typeof createReleaseStock>;
