import { discounts, idempotencyKeys, orders } from '@microshop/order-svc/application/collections';
import { of, onSnapshot, type Snapshot } from '../databases.ts';
import { type AuditContext, count } from './context.ts';
import { checkDiscounts, tallyUses, type Use } from './rules/discounts.ts';
import { checkKeys, tallyKeys } from './rules/idempotency.ts';

/** Checks that keys and orders are one to one, on one snapshot. Names them only when they are not: that takes all ids into memory. */
export async function auditKeys({ databases, findings }: AuditContext): Promise<void> {
  await onSnapshot(databases['order-svc'], async (snapshot) => {
    const [{ keys = 0, named = 0 } = {}] = await snapshot
      .aggregate<{ keys: number; named: number }>(idempotencyKeys, [
        { $group: { _id: '$orderId', keys: { $sum: 1 } } },
        { $group: { _id: null, keys: { $sum: '$keys' }, named: { $sum: 1 } } },
      ])
      .toArray();
    const [{ total = 0 } = {}] = await snapshot.aggregate<{ total: number }>(orders, [{ $count: 'total' }]).toArray();
    count(findings, 'idempotency', keys);
    if (keys === named && keys === total) return;
    const [ids, counts] = [
      await idsOf(snapshot),
      tallyKeys(await snapshot.find(idempotencyKeys, {}, { projection: { orderId: 1 } }).toArray()),
    ];
    findings.violations.push(...checkKeys(ids, counts));
  });
}

const idsOf = async (snapshot: Snapshot): Promise<string[]> =>
  (await snapshot.find(orders, {}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id);

/** Checks what each discount counts, on one snapshot. */
export async function auditDiscounts({ databases, findings }: AuditContext): Promise<void> {
  if ((await of(databases['order-svc'], discounts).estimatedDocumentCount()) === 0) return;
  await onSnapshot(databases['order-svc'], async (snapshot) => {
    const codes = await snapshot.find(discounts, {}).toArray();
    const uses = await snapshot
      .aggregate<{ _id: Use; count: number }>(orders, [
        { $match: { discountCode: { $ne: null } } },
        { $group: { _id: { discountCode: '$discountCode', status: '$status' }, count: { $sum: 1 } } },
      ])
      .toArray();
    count(findings, 'discounts', codes.length);
    findings.violations.push(...checkDiscounts(codes, tallyUses(uses.map(({ _id, count }) => ({ ..._id, count })))));
  });
}
