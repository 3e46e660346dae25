import { catalog, type EventOf } from '@microshop/contracts';
import { discountPriceOf } from '@microshop/order-svc/domain/pricing';
import { byId, type Sources } from './sources.ts';
import { aboutOrder, type Violation } from './violation.ts';

/** Each line costs what the product once cost, and a discount takes off what it says. */
export function* pricesAreTheCatalogues({ orders, discounts, outboxes }: Sources): Generator<Violation, number> {
  const prices = new Set(productsIn(outboxes).map(({ sku, unitPrice }) => `${sku} at ${unitPrice}`));
  const terms = byId(discounts);
  for (const { _id, items, itemsPrice, discountCode, discountPrice } of orders) {
    for (const { sku, unitPrice } of items)
      if (!prices.has(`${sku} at ${unitPrice}`)) yield aboutOrder(_id, `has ${sku} at ${unitPrice}, which it never cost`);
    const discount = terms.get(discountCode ?? '');
    const due = discount ? discountPriceOf(itemsPrice, discount) : 0;
    if (discountPrice !== due) yield aboutOrder(_id, `has ${discountPrice} off by ${discountCode}, which takes ${due} off ${itemsPrice}`);
  }
  return orders.length;
}

const productsIn = (outboxes: Sources['outboxes']): EventOf<typeof catalog, 'ProductChanged'>[] =>
  outboxes.flatMap(({ rows }) =>
    rows.flatMap(({ events }) => events.filter(({ topic }) => topic === catalog.name).map(({ payload }) => JSON.parse(String(payload)))),
  );
