import type { EventOf, ordersByCustomer } from '@microshop/contracts';
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
  checkout?: Checkout | undefined;
};

/** What the request tells of the checkout; one of an older release tells nothing of it. */
export type Checkout = NonNullable<EventOf<typeof ordersByCustomer, 'OrderRequested'>['checkout']>;

/** The price of an order as its request tells it; where the request does not, or its lines are not all known, what can be found out of it. */
export function priceOf(terms: Terms): OrderPrice {
  const { checkout, lines } = terms;
  return checkout?.unitPrices.length === lines.length ? toldPrice(terms, checkout) : estimatedPrice(terms);
}

/** To the cent, also where the catalogue or what a point is worth has changed since. */
function toldPrice(terms: Terms, { unitPrices, discountCode, discountPrice }: Checkout): OrderPrice {
  const { lines, totalPrice, currency, redeemPoints, product } = terms;
  const items = lines.map((line, index) => lineOf(line, { name: product(line.sku)?.name ?? line.sku, unitPrice: unitPrices[index] ?? 0 }));
  const itemsPrice = itemsPriceOf(items);
  const pointsDiscountPrice = itemsPrice - discountPrice - totalPrice;
  return {
    items,
    currency,
    itemsPrice,
    discountCode: discountCode ?? null,
    discountPrice,
    redeemedPoints: redeemPoints,
    pointsDiscountPrice,
    totalPrice,
  };
}

/**
 * Quantities, points and total are the events', and stay as they are; the price of each line is the catalogue's of that time, and what is
 * missing to the total was the discount. Where the catalogue tells less than was paid, the first line is taken to have cost the rest.
 */
function estimatedPrice({ lines, totalPrice, currency, redeemPoints, pointValue, product }: Terms): OrderPrice {
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
