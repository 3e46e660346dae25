import type { CustomerDocument, LedgerDocument, OrderPointsDocument } from '@microshop/loyalty-svc/application/collections';
import { post } from '@microshop/loyalty-svc/domain/account';
import { movementsOf } from '@microshop/loyalty-svc/domain/order-effects';
import type { OrderPoints } from '@microshop/loyalty-svc/domain/order-points';
import type { Finding } from './finding.ts';

/** What a customer's rows come to, and how many there are. */
export type PointsSum = { sum: number; rows: number };

export function tallyPoints(ledger: Iterable<Pick<LedgerDocument, 'customerId' | 'change'>>): Map<string, PointsSum> {
  const sums = new Map<string, PointsSum>();
  for (const { customerId, change } of ledger) {
    const { sum, rows } = sums.get(customerId) ?? { sum: 0, rows: 0 };
    sums.set(customerId, { sum: sum + change, rows: rows + 1 });
  }
  return sums;
}

type Customer = Pick<CustomerDocument, '_id' | 'balance' | 'ledgerSum' | 'movements'>;

/** 2. A balance is the sum of the customer's ledger, or zero while that sum is negative (owed). */
export function* checkPoints(customers: Iterable<Customer>, sums: ReadonlyMap<string, PointsSum>): Generator<Finding> {
  for (const { _id, balance, ledgerSum, movements } of customers) {
    const { sum, rows } = sums.get(_id) ?? { sum: 0, rows: 0 };
    const about = { invariant: 'points', subject: { kind: 'customer', id: _id } } as const;
    if (balance !== post({ ledgerSum: 0, balance: 0 }, sum).balance || ledgerSum !== sum)
      yield {
        ...about,
        sentence: `${_id} has a balance of ${balance}, the ledger amounts to ${sum}`,
        fault: { kind: 'balance_not_ledger', balance, sum },
      };
    if (movements !== rows)
      yield {
        ...about,
        sentence: `${_id} counts ${movements} rows, the ledger has ${rows}`,
        fault: { kind: 'ledger_gap', version: movements, rows },
      };
  }
}

/** 2. Each order's rows in the ledger are those that its state has written. */
export function* checkOrderPoints(
  orderPoints: Iterable<OrderPointsDocument>,
  rowsOf: ReadonlyMap<string, readonly LedgerDocument[]>,
): Generator<Finding> {
  for (const points of orderPoints) {
    const rows = rowsOf.get(points._id) ?? [];
    const [expected, found] = [show(pathTo(points).flatMap(movementsOf)), show(rows)];
    if (expected === found) continue;
    const sum = (movements: readonly { change: number }[]) => movements.reduce((total, { change }) => total + change, 0);
    yield {
      invariant: 'points',
      subject: { kind: 'order', id: points._id },
      sentence: `${points._id} has its points ${points.state}: its ledger should have ${expected || 'no row'} and has ${found || 'none'}`,
      fault: {
        kind: 'points_not_ledger',
        customerId: points.state === 'ended' ? undefined : points.customerId,
        missing: sum(pathTo(points).flatMap(movementsOf)) - sum(rows),
      },
    };
  }
}

/** The states that an order's points went through. */
function pathTo(points: OrderPoints): OrderPoints[] {
  switch (points.state) {
    case 'deducted':
      return [points];
    case 'earned':
      return [{ ...points, state: 'deducted' }, points];
    case 'refunded':
      return [{ ...points, state: 'deducted' }, { ...points, state: 'earned' }, points];
    case 'rejected':
    case 'ended':
      return [];
    default:
      return points satisfies never;
  }
}

const show = (movements: readonly Pick<LedgerDocument, 'type' | 'change'>[]): string =>
  movements
    .map(({ type, change }) => `${type} ${change}`)
    .sort()
    .join(', ');
