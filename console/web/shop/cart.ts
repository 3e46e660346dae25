import type { CheckoutRequest, Order, QuoteRequest } from '@microshop/client';
import { type Buyer, customerOf } from './customer.ts';
import { isRecord, stored } from './stored.ts';

export type Line = {
  readonly sku: string;
  readonly name: string;
  readonly unitPrice: number;
  readonly currency: string;
  readonly quantity: number;
};
export type Cart = { readonly lines: readonly Line[]; readonly discountCode: string; readonly points: number };

/** Most of one line, and most lines, that a checkout takes. */
export const MOST = { quantity: 999, lines: 50 } as const;
export const emptyCart: Cart = { lines: [], discountCode: '', points: 0 };

const isLine = (value: unknown): value is Line =>
  isRecord(value) &&
  typeof value.sku === 'string' &&
  typeof value.name === 'string' &&
  typeof value.currency === 'string' &&
  Number.isInteger(value.unitPrice) &&
  Number.isInteger(value.quantity) &&
  Number(value.quantity) > 0;
const isCart = (value: unknown): value is Cart =>
  isRecord(value) &&
  Array.isArray(value.lines) &&
  value.lines.every(isLine) &&
  typeof value.discountCode === 'string' &&
  Number.isInteger(value.points);

export const cart = stored('microshop.cart', emptyCart, isCart);

export const quantityOf = ({ lines }: Cart, sku: string): number => lines.find((line) => line.sku === sku)?.quantity ?? 0;
export const unitsIn = ({ lines }: Cart): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);
/** By the prices of the catalogue; what discount and points take off only the shop can say. */
export const itemsPriceOf = ({ lines }: Cart): number => lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);

/** The cart with so many of the product; none takes the line out, a new line goes to the end. */
export function withQuantity(before: Cart, product: Omit<Line, 'quantity'>, quantity: number): Cart {
  const wanted = Math.min(Math.max(Math.trunc(quantity), 0), MOST.quantity);
  const { sku, name, unitPrice, currency } = product;
  const isThere = quantityOf(before, sku) > 0;
  if (!isThere && (wanted === 0 || before.lines.length >= MOST.lines)) return before;
  const line = { sku, name, unitPrice, currency, quantity: wanted };
  const lines = isThere ? before.lines.map((each) => (each.sku === sku ? line : each)) : [...before.lines, line];
  return { ...before, lines: lines.filter((each) => each.quantity > 0) };
}

/** A cart with what a rejected order wanted, of short products only what is there. */
export function cartOf({ items, currency, discountCode, redeemedPoints, rejection }: Order): Cart {
  const available = new Map(rejection?.errors?.map((shortage) => [shortage.sku, shortage.available]));
  const empty: Cart = { lines: [], discountCode: discountCode ?? '', points: redeemedPoints };
  return items.reduce(
    (filled, { quantity, ...item }) => withQuantity(filled, { ...item, currency }, Math.min(quantity, available.get(item.sku) ?? quantity)),
    empty,
  );
}

/** What is sent to check out. Points are a customer's: a guest has none. */
export function checkoutOf({ lines, discountCode, points }: Cart, customer: CheckoutRequest['customer']): CheckoutRequest {
  const code = discountCode.trim();
  return {
    customer,
    items: lines.map(({ sku, quantity }) => ({ sku, quantity })),
    ...(code !== '' && { discountCode: code }),
    ...(points > 0 && 'customerId' in customer && { redeemPoints: points }),
  };
}

/** What is sent to ask for the price: a guest may have no address yet. */
export function quoteOf(cart: Cart, buyer: Buyer): QuoteRequest {
  const { customer, ...wanted } = checkoutOf(cart, customerOf(buyer));
  return buyer.kind === 'guest' ? wanted : { customer, ...wanted };
}
