import type { IncomingEvent } from '@microshop/chassis/events/event';
import type { Tx } from '@microshop/chassis/store/unit-of-work';
import type { EventOf, ordersBySku } from '@microshop/contracts';
import { decideHold, type HoldChange } from '../domain/hold.ts';
import { decideReservation, type ReservationChange } from '../domain/reservation.ts';
import type { ChangeHold } from './change-hold.ts';
import { type ChangeReservation, presentOf, readReservation } from './change-reservation.ts';
import { holds, stock } from './collections.ts';
import type { FreeDueHolds } from './free-due-holds.ts';

type OrderRequested = EventOf<typeof ordersBySku, 'OrderRequested'>;
type Ports = { changeReservation: ChangeReservation; changeHold: ChangeHold; freeDueHolds: FreeDueHolds };

/** Reserves an order's line or refuses it: once, however often the order asks. */
export const createReserveStock =
  ({ changeReservation, changeHold, freeDueHolds }: Ports) =>
  async ({ data, appendedAt }: IncomingEvent<OrderRequested>, tx: Tx): Promise<void> => {
    const { sku, orderId, quantity, timeoutMs } = data;
    const deadline = new Date(appendedAt.getTime() + timeoutMs);
    const present = presentOf(await readReservation(tx, data));
    const claim = await decideClaim(tx, data);
    const decide = async () => {
      const available = (await tx.get(stock, sku))?.available ?? 0;
      return decideReservation(present, { type: 'requested', quantity, deadline, available, hold: claim.hold }, tx.now);
    };

    let change = await decide();
    if (isShort(change)) {
      await freeDueHolds(tx, [sku]);
      change = await decide();
    }
    if (change === 'unchanged') return;
    await changeReservation(tx, data, change, 'order requested');
    if (change.next.state === 'reserved' && claim.hold === 'covers')
      await changeHold(tx, claim.holdId, claim.change, { reason: 'order requested', orderId });
  };

const isShort = (change: ReservationChange | 'unchanged'): boolean =>
  change !== 'unchanged' && change.next.state === 'rejected' && change.next.reason === 'out_of_stock';

type Claim = { hold: 'none' | 'invalid' } | { hold: 'covers'; holdId: string; change: HoldChange };

async function decideClaim(tx: Tx, { reservationId: holdId, orderId, sku, itemsDigest }: OrderRequested): Promise<Claim> {
  if (holdId === undefined) return { hold: 'none' };
  const hold = await tx.get(holds, holdId);
  const change = hold ? decideHold(hold, { type: 'requested', orderId, sku, itemsDigest }, tx.now) : 'unchanged';
  return change === 'unchanged' ? { hold: 'invalid' } : { hold: 'covers', holdId, change };
}

export type ReserveStock = ReturnType<typeof createReserveStock>;
