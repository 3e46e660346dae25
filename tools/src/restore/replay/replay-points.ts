import { newUuid } from '@microshop/chassis/clock';
import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { normalizeEmail } from '@microshop/contracts';
import { customers, emails, ledgerIdOf, orderPoints, pointsLedger } from '@microshop/loyalty-svc/application/collections';
import { newCustomer, registerCustomer } from '@microshop/loyalty-svc/application/customer';
import { postMovements } from '@microshop/loyalty-svc/application/post-movements';
import { recordOrderFact } from '@microshop/loyalty-svc/application/record-order-fact';
import type { Place } from '../../dlt/shop.ts';
import type { Facts, PointsFact } from './facts.ts';
import { CHUNK, quiet, REASON } from './quiet.ts';
import type { Remarks } from './remarks.ts';

export type ReplayPointsOptions = { facts: Facts; remarks: Remarks };

/**
 * Writes what loyalty-svc had told of a customer after the backup, as it told it. What it gave back it will give back again by itself, when it
 * reads the endings of the orders.
 */
export async function replayPoints(
  { transact }: Pick<Place, 'transact'>,
  customerId: string,
  told: readonly PointsFact[],
  options: ReplayPointsOptions,
): Promise<void> {
  const sorted = [...told].sort(asDecided);
  for (let from = 0; from < sorted.length; from += CHUNK)
    await transact(async (tx) => {
      const later = await notYetKnown(tx, sorted.slice(from, from + CHUNK));
      if (later.some(({ type }) => type === 'PointsDeducted' || type === 'PointsAdjusted'))
        await requireCustomer(tx, customerId, later, options);
      for (const fact of later) await apply(tx, fact);
    });
  await transact((tx) => passVersion(tx, customerId, told));
}

/** In the order in which they were decided, of which ids and clocks know nothing within a millisecond. */
const asDecided = (a: PointsFact, b: PointsFact): number => (a.customerVersion ?? 0) - (b.customerVersion ?? 0) || a.version - b.version;

async function notYetKnown(tx: Tx, told: readonly PointsFact[]): Promise<PointsFact[]> {
  const ofOrders = told.filter((fact) => fact.type !== 'PointsAdjusted').map(({ orderId }) => orderId);
  await tx.load(orderPoints, ofOrders);
  await tx.load(pointsLedger, [
    ...told.flatMap((fact) => (fact.type === 'PointsAdjusted' ? fact.movementId : [])),
    ...ofOrders.flatMap((orderId) => [ledgerIdOf(orderId, 'deducted'), ledgerIdOf(orderId, 'earned')]),
  ]);
  const later: PointsFact[] = [];
  for (const fact of told) if (!(await isKnown(tx, fact))) later.push(fact);
  return later;
}

async function isKnown(tx: Tx, fact: PointsFact): Promise<boolean> {
  if (fact.type === 'PointsAdjusted') return (await tx.get(pointsLedger, fact.movementId)) !== undefined;
  return ((await tx.get(orderPoints, fact.orderId))?.version ?? 0) >= fact.version;
}

async function requireCustomer(
  tx: Tx,
  customerId: string,
  later: readonly PointsFact[],
  { facts, remarks }: ReplayPointsOptions,
): Promise<void> {
  if (await tx.get(customers, customerId)) return;
  const orderIds = later.flatMap((fact) => (fact.type === 'PointsAdjusted' ? [] : fact.orderId));
  const guest = orderIds.map((orderId) => facts.orders.get(orderId)?.requested?.guest).find((each) => each !== undefined);
  const email = guest && normalizeEmail(guest.email);
  const isFree = email !== undefined && !(await tx.get(emails, email));
  // No such address can exist (RFC 2606).
  const address = isFree ? email : `${newUuid()}@restored.invalid`;
  await tx.load(emails, [address]);
  registerCustomer(tx, newCustomer({ customerId, email: address, name: guest?.name ?? 'Restored', blocked: false }, tx.now));
  if (!isFree) remarks.add('customer_remade', customerId);
}

async function apply(tx: Tx, fact: PointsFact): Promise<void> {
  const { customerId } = fact;
  switch (fact.type) {
    case 'PointsAdjusted': {
      const customer = await tx.get(customers, customerId);
      const { movementId: id, change } = fact;
      if (customer) await postMovements(tx, customer, [{ id, type: 'adjusted', change, reason: REASON }]);
      break;
    }
    case 'PointsDeducted': {
      const { orderId, points } = fact;
      const customer = { blocked: false, balance: points };
      await recordOrderFact(quiet(tx), orderId, { type: 'requested', customerId, points, isLate: false, customer });
      break;
    }
    case 'PointsEarned':
      if ((await tx.get(orderPoints, fact.orderId))?.state !== 'deducted') break;
      await recordOrderFact(quiet(tx), fact.orderId, { type: 'confirmed', earns: fact.points });
      break;
    case 'PointsRejected': {
      const { orderId, version, points: requested, reason } = fact;
      tx.put(orderPoints, { _id: orderId, version, state: 'rejected', customerId, requested, reason });
      break;
    }
    case 'PointsRefunded':
      break;
    default:
      fact satisfies never;
  }
}

/** Of two balances the one with the greater version is believed: what is told from now on is later than all that was told. */
async function passVersion(tx: Tx, customerId: string, told: readonly PointsFact[]): Promise<void> {
  const customer = await tx.get(customers, customerId);
  const version = Math.max(...told.map(({ customerVersion = 0 }) => customerVersion));
  if (customer && customer.version < version) tx.put(customers, { ...customer, version });
}
