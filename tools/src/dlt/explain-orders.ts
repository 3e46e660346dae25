import { type OrderDocument, orders, type ProductDocument, products } from '@microshop/order-svc/application/collections';
import { changeOf, type EventData, type Explainer } from './explainer.ts';
import type { WhatIf } from './what-if.ts';

/** What a replay would do to an order, or to the catalogue that orders are priced from. */
export const explainOrders: Explainer = (whatIf, data) =>
  data.orderId === undefined ? explainProduct(whatIf, data) : explainAnswer(whatIf, data);

function explainAnswer(whatIf: WhatIf, { orderId = '', sku }: EventData): string | undefined {
  const after = changeOf<OrderDocument>(whatIf, orders, orderId)?.after;
  if (after) return answered(after, whatIf);
  const present = whatIf.present(orders, orderId);
  if (!present) return undefined;
  if (present.status !== 'pending') return `the order is already ${present.status}: nothing would change`;
  const isStock = sku !== undefined;
  if (isStock && !present.items.some((item) => item.sku === sku)) return `the order has no ${sku}: nothing would change`;
  return `the order has its answer for ${isStock ? sku : 'points'} already: nothing would change`;
}

function answered(after: OrderDocument, { letter: { eventType } }: WhatIf): string {
  if (after.status === 'confirmed') return 'would confirm the order: it is the last answer';
  if (after.status === 'rejected') return `would reject the order (${after.rejection?.code}): it is the last answer`;
  const missing = after.items.length - after.stockAnswers.length + (after.pointsAnswer ? 0 : 1);
  return `would note ${eventType}; the order waits for ${missing} more ${missing === 1 ? 'answer' : 'answers'}`;
}

function explainProduct(whatIf: WhatIf, { sku = '' }: EventData): string | undefined {
  const change = changeOf<ProductDocument>(whatIf, products, sku);
  if (change?.after) {
    const { version, active } = change.after;
    const from = change.before ? `, after version ${change.before.version}` : ', which does not know it yet';
    return `would take version ${version} of ${sku} into the catalogue${from}${active ? '' : '; it is retired'}`;
  }
  const present = whatIf.present(products, sku);
  return present && `the catalogue has version ${present.version} of ${sku} already: nothing would change`;
}
