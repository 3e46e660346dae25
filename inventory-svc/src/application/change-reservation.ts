import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { stock } from '@microshop/contracts';
import type { Present, ReservationChange } from '../domain/reservation.ts';
import { type ReservationDocument, reservationKey, reservations } from './collections.ts';
import type { MoveStock } from './move-stock.ts';

export type Line = { orderId: string; sku: string; quantity: number };

export const readReservation = (tx: Tx, { orderId, sku }: Line): Promise<ReservationDocument | undefined> =>
  tx.get(reservations, reservationKey(orderId, sku));

export const presentOf = (document: ReservationDocument | undefined): Present => document ?? { state: 'none' };

export type ChangeReservation = (tx: Tx, line: Line, change: ReservationChange, reason: string) => Promise<void>;

/** Carries out what was decided about an order's SKU: the binding row, the stock's movement, and the answer to the order. */
export const createChangeReservation =
  (moveStock: MoveStock): ChangeReservation =>
  async (tx, line, { next, movement }, reason) => {
    const { orderId, sku, quantity } = line;
    const present = await readReservation(tx, line);
    const version = (present?.version ?? 0) + 1;
    const reservation = { _id: reservationKey(orderId, sku), orderId, sku, quantity, version, at: tx.now, ...next };
    tx.put(reservations, reservation);
    if (movement) await moveStock(tx, sku, { ...movement, reason, orderId });
    publishAnswer(tx, reservation);
  };

function publishAnswer(tx: Tx, reservation: ReservationDocument): void {
  const { _id: id, orderId, sku, quantity, version } = reservation;
  const line = { orderId, sku, quantity };
  const aggregate = { type: 'reservation', id, version };
  switch (reservation.state) {
    case 'reserved':
      tx.publish(stock, 'StockReserved', line, aggregate);
      break;
    case 'rejected': {
      const { reason, available } = reservation;
      tx.publish(stock, 'StockRejected', { ...line, reason, available }, aggregate);
      break;
    }
    case 'released':
      tx.publish(stock, 'StockReleased', line, aggregate);
      break;
    case 'sold':
    case 'tombstone':
      break;
    default:
      reservation satisfies never;
  }
}
