import { reservationKey } from '@microshop/inventory-svc/application/collections';
import { pointsEarned } from '@microshop/loyalty-svc/domain/earning';
import { discountUseId } from '@microshop/order-svc/application/discount-uses';
import { checkAgreement, checkStrangers } from '@microshop/tools/audit/rules/agreement';
import { checkDiscounts, tallyUses } from '@microshop/tools/audit/rules/discounts';
import type { Finding } from '@microshop/tools/audit/rules/finding';
import { checkKeys, tallyKeys } from '@microshop/tools/audit/rules/idempotency';
import { checkOrders } from '@microshop/tools/audit/rules/orders';
import { checkOrderPoints, checkPoints, tallyPoints } from '@microshop/tools/audit/rules/points';
import { checkStock, tallyLedgers, tallyPromises } from '@microshop/tools/audit/rules/stock';
import { byId, type Sources } from './sources.ts';
import { about, aboutOrder, type Violation } from './violation.ts';

/** The invariants of the audit, on what was recorded at rest, and what an audit of a shop that goes on cannot ask. */
export function* stockIsLedger({ levels, movements, reservations, holds }: Sources): Generator<Violation, number> {
  yield* violations(checkStock({ levels, ledgers: tallyLedgers(movements), promised: tallyPromises(reservations, holds) }));
  return levels.length;
}

export function* pointsAreLedger({ customers, orderPoints, pointsLedger, orderById, run }: Sources): Generator<Violation, number> {
  yield* violations(checkPoints(customers, tallyPoints(pointsLedger)));
  yield* violations(
    checkOrderPoints(
      orderPoints,
      Map.groupBy(pointsLedger, ({ orderId }) => orderId ?? ''),
    ),
  );
  for (const points of orderPoints) {
    const order = orderById.get(points._id);
    const due = order && pointsEarned(order.totalPrice, run.meta.settings.spendPerPoint);
    if (order && points.state === 'earned' && points.earned !== due)
      yield aboutOrder(points._id, `earned ${points.earned} points, ${due} are due for ${order.totalPrice}`);
  }
  return customers.length + orderPoints.length;
}

export function* ordersAreWhole({ orders, idempotencyKeys }: Sources): Generator<Violation, number> {
  yield* violations(checkOrders(orders));
  yield* violations(
    checkKeys(
      orders.map(({ _id }) => _id),
      tallyKeys(idempotencyKeys),
    ),
  );
  return orders.length;
}

export function* servicesAgree({ orders, reservations, orderPoints, holds, orderById }: Sources): Generator<Violation, number> {
  const elsewhere = { reservations: byId(reservations), points: byId(orderPoints), holds: byId(holds) };
  yield* violations(checkAgreement(orders, elsewhere));
  yield* violations(checkStrangers(reservations, new Set(orderById.keys())));
  for (const { _id, items } of orders)
    for (const { sku } of items)
      if (!elsewhere.reservations.has(reservationKey(_id, sku)))
        yield aboutOrder(_id, `was never answered for ${sku}: it has no reservation`);
  return orders.length;
}

/** Uses are counted, and no limit is passed: the run never lowers one. */
export function* discountsInLimits({ discounts, discountUses, orders }: Sources): Generator<Violation, number> {
  yield* violations(checkDiscounts(discounts, tallyUses(orders)));
  for (const { _id, uses, maxUses = Number.POSITIVE_INFINITY } of discounts)
    if (uses > maxUses) yield about('discount', _id, `discount ${_id} was used ${uses} times of ${maxUses}`);
  const keeping = orders.filter(({ status, discountCode }) => discountCode !== null && status !== 'rejected' && status !== 'cancelled');
  const used = Map.groupBy(keeping, ({ discountCode, customerKey }) => discountUseId(discountCode ?? '', customerKey));
  const most = new Map(discounts.map(({ _id, maxUsesPerCustomer = Number.POSITIVE_INFINITY }) => [_id, maxUsesPerCustomer]));
  for (const { _id, uses } of discountUses) {
    const [code = '', customer] = _id.split('\n');
    const [counted, limit] = [used.get(_id)?.length ?? 0, most.get(code) ?? Number.POSITIVE_INFINITY];
    if (uses !== counted)
      yield about('discount', code, `discount ${code} counts ${uses} uses of ${customer}, who has ${counted} orders with it`);
    if (uses > limit) yield about('discount', code, `discount ${code} was used ${uses} times by ${customer}, of ${limit}`);
  }
  return discounts.length + discountUses.length;
}

function* violations(findings: Iterable<Finding>): Generator<Violation> {
  for (const { subject, sentence } of findings) {
    if (subject.kind === 'reservation') yield about('order', subject.id, sentence, subject.id.split(':')[0]);
    else yield about(subject.kind, subject.id, sentence, subject.kind === 'order' ? subject.id : undefined);
  }
}
