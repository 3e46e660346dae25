import type { OrderPrice } from '@microshop/order-svc/domain/order';
import { itemsPriceOf, lineOf, type PricedProduct } from '@microshop/order-svc/domain/pricing';
import type { ProductFact } from './facts.ts';

export type Terms = {
  lines: readonly { sku: string; quantity: number }[];
  totalPrice: number;
  currency: string;
  redeemPoints: number;
  pointValue: number;
  product(sku: string): PricedProduct | undefined;
};

/**
 * The price of an order from what its events tell: quantities, points and total are theirs, and stay as they are; the price of each line is the
 * catalogue's of that time, and what is missing to the total was the discount. Where the catalogue tells less than was paid, the first line is
 * taken to have cost the rest.
 */
export function priceOf({ lines, totalPrice, currency, redeemPoints, pointValue, product }: Terms): OrderPrice {
  const items = lines.map((line) => lineOf(line, product(line.sku) ?? { name: line.sku, unitPrice: 0 }));
  const pointsDiscountPrice = redeemPoints * pointValue;
  const known = itemsPriceOf(items);
  const discountPrice = Math.max(0, known - pointsDiscountPrice - totalPrice);
  const itemsPrice = totalPrice + pointsDiscountPrice + discountPrice;
  const [first, ...others] = items;
  return {
    items: first ? [{ ...first, lineTotal: first.lineTotal + itemsPrice - known }, ...others] : [],
    currency,
    itemsPrice,
    discountCode: null,
    discountPrice,
    redeemedPoints: redeemPoints,
    pointsDiscountPrice,
    totalPrice,
  };
}

/** The product as order-svc can have known it then: the restored one, or what was told of it until then. */
export function productAt(
  restored: (PricedProduct & { version: number }) | undefined,
  told: Iterable<ProductFact>,
  at: Date,
): PricedProduct | undefined {
  let known = restored;
  for (const fact of told) if (fact.at <= at && fact.version > (known?.version ?? 0)) known = fact;
  return known;
}
