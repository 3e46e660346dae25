import type { DiscountDocument, OrderDocument } from '@microshop/order-svc/application/collections';
import type { Finding } from './finding.ts';

export type Use = Pick<OrderDocument, 'discountCode' | 'status'> & { count?: number };

/** How many orders have each code: those that were not rejected or cancelled. A row may stand for `count` equal ones. */
export function tallyUses(orders: Iterable<Use>): Map<string, number> {
  const counted = new Map<string, number>();
  for (const { discountCode, status, count = 1 } of orders)
    if (discountCode !== null && status !== 'rejected' && status !== 'cancelled')
      counted.set(discountCode, (counted.get(discountCode) ?? 0) + count);
  return counted;
}

/** 7. A discount counts as many uses as orders have it. It may count more than `maxUses`, which can be lowered later. */
export function* checkDiscounts(
  discounts: Iterable<Pick<DiscountDocument, '_id' | 'uses'>>,
  counted: ReadonlyMap<string, number>,
): Generator<Finding> {
  for (const { _id, uses } of discounts) {
    const orders = counted.get(_id) ?? 0;
    if (uses === orders) continue;
    yield {
      invariant: 'discounts',
      subject: { kind: 'discount', id: _id },
      sentence: `discount ${_id} counts ${uses} uses, ${orders} orders have it`,
      fault: { kind: 'discount_uses', uses, counted: orders },
    };
  }
}
