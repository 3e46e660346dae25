import type { HoldDocument } from '@microshop/inventory-svc/application/collections';
import { byId, type Sources } from './sources.ts';
import { about, aboutOrder, type Violation } from './violation.ts';

/** A hold that was answered is there; it came to what its client was told; and who claimed it brought it. */
export function* holdsBelongToOne({ callsTo, holds, orders, orderById }: Sources): Generator<Violation, number> {
  const known = byId(holds);
  for (const { op, told } of callsTo('hold'))
    if (told?.reservationId !== undefined && !known.has(told.reservationId))
      yield about('document', told.reservationId, `the hold ${told.reservationId} was answered (op ${op}) and is not there`);
  for (const { op, asked, told } of callsTo('roll back')) {
    const is = known.get(asked.reservationId)?.status;
    if (told && told.status !== is)
      yield about('document', asked.reservationId, `the hold ${asked.reservationId} was said to be ${told.status} (op ${op}) and is ${is}`);
  }
  for (const hold of holds) if (hold.status === 'claimed') yield* claimFaults(hold, orderById.get(hold.orderId)?.reservationId);
  for (const { _id, status, reservationId } of orders) {
    if (reservationId === undefined || (status !== 'confirmed' && status !== 'fulfilled')) continue;
    const hold = known.get(reservationId);
    if (hold?.status !== 'claimed' || hold.orderId !== _id)
      yield aboutOrder(_id, `is ${status} with the hold ${reservationId}, which is not its own`);
  }
  return holds.length;
}

function* claimFaults({ _id, orderId }: HoldDocument & { orderId: string }, brought: string | undefined): Generator<Violation> {
  if (brought !== _id) yield aboutOrder(orderId, `has claimed the hold ${_id} and brought ${brought ?? 'none'}`);
}
