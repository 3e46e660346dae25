import type { NewId } from '@microshop/chassis/clock';
import type { Cause } from '@microshop/chassis/events/event';
import type { RunInTransaction, Tx } from '@microshop/chassis/store/unit-of-work';
import { pointsByCustomer } from '@microshop/contracts';
import type { Adjustment } from '@microshop/contracts/http';
import { canSpend } from '../domain/account.ts';
import { customers, pointsLedger } from './collections.ts';
import { postMovements } from './post-movements.ts';
import { keyReused, pointsBelowZero, unknownCustomer } from './refusals.ts';

export type Adjusted = { balance: number; isReplay: boolean };
export type AdjustPoints = (customerId: string, adjustment: Adjustment, idempotencyKey?: string, cause?: Cause) => Promise<Adjusted>;

/** Gives or takes points by hand, and tells it. The ledger's row is itself what an Idempotency-Key is known by, so a key lives as long as its effect. */
export const adjustPoints =
  ({ transact, newId }: { transact: RunInTransaction; newId: NewId }): AdjustPoints =>
  (customerId, adjustment, idempotencyKey, cause) =>
    transact(async (tx) => {
      const id = idempotencyKey === undefined ? newId() : `${customerId}:adjusted:${idempotencyKey}`;
      const customer = await tx.get(customers, customerId);
      if (!customer) throw unknownCustomer(customerId);
      if (await isReplay(tx, id, adjustment)) return { balance: customer.balance, isReplay: true };
      const { change, reason } = adjustment;
      if (!canSpend(customer, -change)) throw pointsBelowZero(customer.balance, change);
      const { balance, version } = await postMovements(tx, customer, [{ id, type: 'adjusted', change, reason }]);
      const adjusted = { customerId, movementId: id, change, balance, customerVersion: version };
      tx.publish(pointsByCustomer, 'PointsAdjusted', adjusted, { type: 'customer', id: customerId, version });
      return { balance, isReplay: false };
    }, cause);

async function isReplay(tx: Tx, id: string, { change, reason }: Adjustment): Promise<boolean> {
  const row = await tx.get(pointsLedger, id);
  if (!row) return false;
  if (row.change !== change || row.reason !== reason) throw keyReused();
  return true;
}
