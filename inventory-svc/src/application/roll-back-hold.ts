import { refused } from '@microshop/chassis/errors';
import type { Cause } from '@microshop/chassis/events/event';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import type { HoldStatus } from '@microshop/contracts/http';
import { decideHold } from '../domain/hold.ts';
import type { ChangeHold } from './change-hold.ts';
import { holds } from './collections.ts';

/** Gives a hold back before its time. One that an order has claimed, or that is over, stays as it is. */
export const createRollBackHold =
  ({ transact, changeHold }: { transact: RunInTransaction; changeHold: ChangeHold }) =>
  (reservationId: string, cause: Cause): Promise<{ reservationId: string; status: HoldStatus }> =>
    transact(async (tx) => {
      const hold = await tx.get(holds, reservationId);
      if (!hold) throw refused(404, 'unknown_reservation', `There is no reservation ${reservationId}.`, { reservationId });
      const change = decideHold(hold, { type: 'rolled_back' }, tx.now);
      if (change === 'unchanged') return { reservationId, status: hold.status };
      await changeHold(tx, reservationId, change, { reason: `hold ${reservationId} rolled back` });
      return { reservationId, status: change.next.status };
    }, cause);

export type RollBackHold = ReturnType<typeof createRollBackHold>;
