import type { Tx } from '@microshop/chassis/store/unit-of-work';
import type { Order } from '../domain/order.ts';
import { discounts, discountUses } from './collections.ts';

export const discountUseId = (code: string, customerKey: string): string => `${code}\n${customerKey}`;

/** Counts the order's use of its code, of all and of the customer's. */
export async function takeDiscountUse(tx: Tx, { discountCode, customerKey }: Order): Promise<void> {
  if (discountCode === null) return;
  const discount = await tx.get(discounts, discountCode);
  if (discount) tx.put(discounts, { ...discount, uses: discount.uses + 1 });
  const id = discountUseId(discountCode, customerKey);
  const use = await tx.get(discountUses, id);
  tx.put(discountUses, { _id: id, uses: (use?.uses ?? 0) + 1 });
}

export async function giveBackDiscountUse(tx: Tx, { discountCode, customerKey }: Order): Promise<void> {
  if (discountCode === null) return;
  const discount = await tx.get(discounts, discountCode);
  if (discount) tx.put(discounts, { ...discount, uses: discount.uses - 1 });
  const use = await tx.get(discountUses, discountUseId(discountCode, customerKey));
  if (use) tx.put(discountUses, { ...use, uses: use.uses - 1 });
}
