import { type CustomerDocument, customers, ledgerIdOf, orderPoints, pointsLedger } from '@microshop/loyalty-svc/application/collections';
import { of, type Snapshot } from '../databases.ts';
import { type AuditContext, byId, count, forEachPage } from './context.ts';
import { checkOrderPoints, checkPoints, type PointsSum } from './rules/points.ts';

const types = ['deducted', 'refunded', 'earned', 'taken_back'] as const;

/** Checks the points of all orders and customers, or of these orders and their customers. */
export async function auditPoints(context: AuditContext, orderIds?: readonly string[]): Promise<void> {
  const { databases, findings } = context;
  const loyalty = databases['loyalty-svc'];
  const buyers = new Set<string>();
  const [orders, accounts] = [orderIds?.length ?? (await of(loyalty, orderPoints).estimatedDocumentCount()), of(loyalty, customers)];
  let done = 0;
  await forEachPage(loyalty, orderPoints, orderIds, async (page, snapshot) => {
    const ids = page.flatMap(({ _id }) => types.map((type) => ledgerIdOf(_id, type)));
    const rows = [...(await byId(snapshot, pointsLedger, ids)).values()];
    findings.violations.push(
      ...checkOrderPoints(
        page,
        Map.groupBy(rows, ({ orderId }) => orderId ?? ''),
      ),
    );
    if (orderIds) for (const points of page) if (points.state !== 'ended') buyers.add(points.customerId);
    done += page.length;
    context.onProgress("orders' points", done, orders);
  });
  done = 0;
  const total = orderIds ? buyers.size : await accounts.estimatedDocumentCount();
  await forEachPage(loyalty, customers, orderIds && [...buyers], async (page, snapshot) => {
    findings.violations.push(...checkPoints(page, await sumsOf(snapshot, page)));
    count(findings, 'points', page.length);
    done += page.length;
    context.onProgress('customers', done, total);
  });
}

async function sumsOf(snapshot: Snapshot, page: readonly CustomerDocument[]): Promise<Map<string, PointsSum>> {
  const sums = snapshot.aggregate<{ _id: string } & PointsSum>(pointsLedger, [
    { $match: { customerId: { $in: page.map(({ _id }) => _id) } } },
    { $group: { _id: '$customerId', sum: { $sum: '$change' }, rows: { $sum: 1 } } },
  ]);
  return new Map((await sums.toArray()).map(({ _id, sum, rows }) => [_id, { sum, rows }]));
}
