import type { OrderLine } from '@microshop/contracts/http';
import type { OrderPrice } from './order.ts';

export type Item = { sku: string; quantity: number };
export type PricedProduct = { name: string; unitPrice: number };
export type Reduction = { percent?: number; amountOff?: number };

/** Two items of one SKU are one, by SKU. */
export function mergeItems(items: readonly Item[]): Item[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of items) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

export const lineOf = ({ sku, quantity }: Item, { name, unitPrice }: PricedProduct): OrderLine => ({
  sku,
  name,
  quantity,
  unitPrice,
  lineTotal: unitPrice * quantity,
});

export const itemsPriceOf = (items: readonly OrderLine[]): number => items.reduce((sum, { lineTotal }) => sum + lineTotal, 0);

/** A percentage to the nearest minor unit, half up; an amount never more than the items cost. Exact: 100 × the highest itemsPrice is below 2^53. */
export const discountPriceOf = (itemsPrice: number, { percent, amountOff }: Reduction): number =>
  percent === undefined ? Math.min(amountOff ?? 0, itemsPrice) : Math.floor((itemsPrice * percent + 50) / 100);

export type PriceTerms = {
  items: OrderLine[];
  currency: string;
  discount?: { code: string } & Reduction;
  redeemPoints: number;
  /** Minor units that one point is worth. */
  pointValue: number;
};

/** Discount first, then points. Undefined when the points are worth more than what is left to pay. */
export function priceOf({ items, currency, discount, redeemPoints, pointValue }: PriceTerms): OrderPrice | undefined {
  const itemsPrice = itemsPriceOf(items);
  const discountPrice = discount ? discountPriceOf(itemsPrice, discount) : 0;
  const pointsDiscountPrice = redeemPoints * pointValue;
  const totalPrice = itemsPrice - discountPrice - pointsDiscountPrice;
  if (totalPrice < 0) return undefined;
  return {
    items,
    currency,
    itemsPrice,
    discountCode: discount?.code ?? null,
    discountPrice,
    redeemedPoints: redeemPoints,
    pointsDiscountPrice,
    totalPrice,
  };
}
