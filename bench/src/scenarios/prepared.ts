import type { Bench } from '../bench.ts';
import type { Assortment } from '../fill/assortment.ts';
import type { OrderShape } from '../load/orders.ts';
import { usualOrder } from '../measure/measure.ts';
import type { Check } from '../report/result.ts';

/** What is ordered of an assortment, and whether what was sold of it since it was filled in is right. */
export type Prepared = { readonly assortment: Assortment; readonly orders: OrderShape; checks(): Promise<Check[]> };

let assortments = 0;

/** Products and customers of a scenario are its own: each begins with what nobody has touched. */
export async function prepared(bench: Bench, order: Partial<OrderShape> = {}, more: Partial<Assortment> = {}): Promise<Prepared> {
  const prefix = `b${Date.now().toString(36)}${(assortments++).toString(36)}`;
  const assortment: Assortment = { prefix, skus: 1000, customers: 1000, ...more };
  await bench.fill(assortment);
  const began = new Date();
  const { skus, customers } = assortment;
  return { assortment, orders: usualOrder(prefix, { skus, customers, ...order }), checks: () => bench.checks(assortment, began) };
}
