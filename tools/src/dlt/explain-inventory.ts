import {
  type HoldDocument,
  holds,
  type ReservationDocument,
  reservationKey,
  reservations,
  type StockDocument,
  stock,
} from '@microshop/inventory-svc/application/collections';
import { changeOf, type Explainer, type OrderNow } from './explainer.ts';

/** What a replay would do to stock: to the order's reservation, and to the hold that the order brought. */
export const explainInventory: Explainer = (whatIf, { orderId = '', sku = '', quantity = 0, reservationId }, order) => {
  const key = reservationKey(orderId, sku);
  const reservation = changeOf<ReservationDocument>(whatIf, reservations, key);
  const hold = changeOf<HoldDocument>(whatIf, holds, String(reservationId));
  const level = (changeOf<StockDocument>(whatIf, stock, sku)?.before ?? whatIf.present(stock, sku)) as StockDocument | undefined;
  const parts: string[] = [];
  if (reservation?.after)
    parts.push(entering(reservation.before, reservation.after, level, hold !== undefined) + evenThough(reservation.after, order));
  else if (whatIf.present(reservations, key)) parts.push(exists(whatIf.present(reservations, key) as ReservationDocument));
  if (hold && reservation?.after?.state !== 'reserved') parts.push(`would give back what hold ${reservationId} has of ${sku}`);
  if (parts.length === 0) return undefined;
  const changes = reservation !== undefined || hold !== undefined;
  return changes ? parts.join('; ') : `${parts.join('; ')}: nothing would change`;

  function entering(
    before: ReservationDocument | undefined,
    after: ReservationDocument,
    at: StockDocument | undefined,
    byHold: boolean,
  ): string {
    const what = `${after.quantity} of ${after.sku}`;
    switch (after.state) {
      case 'reserved':
        return byHold ? `would take over ${what} from the order's hold` : `would reserve ${what} (${at?.available ?? 0} available)`;
      case 'rejected':
        return `would refuse ${what}: ${after.reason} (${after.available} available)`;
      case 'sold':
        return `would sell the ${what} that are reserved`;
      case 'released':
        return `would give ${what} back (${before?.state === 'sold' ? 'sold' : 'reserved'} until then)`;
      case 'tombstone':
        return `nothing of ${after.sku} is reserved (${quantity} were asked for): would only keep a late request from reserving`;
      default:
        return after satisfies never;
    }
  }
};

const exists = (reservation: ReservationDocument): string => {
  switch (reservation.state) {
    case 'reserved':
      return `the reservation exists (${reservation.quantity} of ${reservation.sku})`;
    case 'rejected':
      return `${reservation.sku} was refused to the order already (${reservation.reason})`;
    case 'sold':
      return `the reservation exists and is sold (${reservation.quantity} of ${reservation.sku})`;
    case 'released':
      return `the reservation was given back already (${reservation.quantity} of ${reservation.sku})`;
    case 'tombstone':
      return 'the order has ended before its request';
    default:
      return reservation satisfies never;
  }
};

/** Units reserved for an order that is over stay away from others until its end is handled here, too. */
const evenThough = ({ state }: ReservationDocument, order: OrderNow): string =>
  state === 'reserved' && order && order.status !== 'pending' && order.status !== 'confirmed'
    ? `, although the order is ${order.status}: its end gives them back`
    : '';
