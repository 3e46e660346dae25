import { customers, pointsLedger } from '@microshop/loyalty-svc/application/collections';
import { type Databases, type Finding, of, pages } from './databases.ts';

/** 2. A balance is the sum of the customer's ledger, or zero while that sum is negative (owed). */
export async function checkPoints({ loyalty }: Databases): Promise<Finding> {
  const finding: Finding = {
    invariant: '2 points: balance = sum of the ledger, or zero while points are owed',
    checked: 0,
    violations: [],
  };
  for await (const accounts of pages(of(loyalty, customers))) {
    const sums = await of(loyalty, pointsLedger)
      .aggregate<{ _id: string; sum: number }>([
        { $match: { customerId: { $in: accounts.map(({ _id }) => _id) } } },
        { $group: { _id: '$customerId', sum: { $sum: '$change' } } },
      ])
      .toArray();
    const sumOf = new Map(sums.map(({ _id, sum }) => [_id, sum]));
    for (const { _id, balance, ledgerSum } of accounts) {
      const sum = sumOf.get(_id) ?? 0;
      finding.checked++;
      if (balance !== Math.max(0, sum) || ledgerSum !== sum)
        finding.violations.push(`${_id} has a balance of ${balance}, the ledger amounts to ${sum}`);
    }
  }
  return finding;
}
