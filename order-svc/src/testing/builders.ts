import type { OrderLine } from '@microshop/contracts/http';
import type { OrderDocument, ProductDocument } from '../application/collections.ts';
import type { Discount } from '../domain/discount.ts';
import { newOrder, type Order, type OrderFact, type OrderPrice, transition } from '../domain/order.ts';

export const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, second));

export const aLine = (overrides: Partial<OrderLine> = {}): OrderLine => {
  const line = { sku: 'MUG', name: 'Mug', quantity: 2, unitPrice: 500, ...overrides };
  return { lineTotal: line.quantity * line.unitPrice, ...line };
};

/** A pending order of two SKUs, MUG and TEA, that nobody has answered. */
export function anOrder(overrides: Partial<OrderPrice & Pick<Order, 'orderId' | 'customerId' | 'reservationId'>> = {}): Order {
  const terms = {
    orderId: '019bd6a0-0000-7000-8000-000000000001',
    customerId: 'ada',
    items: [aLine(), aLine({ sku: 'TEA', name: 'Tea', quantity: 1, unitPrice: 300 })],
    currency: 'EUR',
    itemsPrice: 1300,
    discountCode: null,
    discountPrice: 0,
    redeemedPoints: 0,
    pointsDiscountPrice: 0,
    totalPrice: 1300,
    ...overrides,
  };
  return newOrder(terms, at(0));
}

export const anOrderDocument = (order: Order = anOrder()): OrderDocument => ({ ...order, _id: order.orderId, requestedIn: 'outbox-1' });

/** The order after these facts, one a second. */
export const after = (order: Order, ...facts: readonly OrderFact[]): Order =>
  facts.reduce((known, fact, index) => {
    const outcome = transition(known, fact, at(index + 1));
    return outcome.kind === 'changed' ? outcome.order : known;
  }, order);

export const reserved = (sku: string): OrderFact => ({ type: 'StockAnswered', answer: { sku, reserved: true } });
export const short = (sku: string, requested = 2, available = 1): OrderFact => ({
  type: 'StockAnswered',
  answer: { sku, reserved: false, reason: 'out_of_stock', requested, available },
});
export const deducted = (customerId = 'ada'): OrderFact => ({ type: 'PointsAnswered', answer: { deducted: true, customerId } });
export const tooFewPoints = (customerId = 'ada'): OrderFact => ({
  type: 'PointsAnswered',
  answer: { deducted: false, customerId, reason: 'insufficient_points', balance: 3 },
});
export const timedOut: OrderFact = { type: 'TimedOut' };
export const cancelRequested: OrderFact = { type: 'CancelRequested' };
export const fulfilRequested: OrderFact = { type: 'FulfilRequested' };

export const aDiscount = (overrides: Partial<Discount> = {}): Discount => ({
  code: 'WELCOME',
  percent: 10,
  uses: 0,
  active: true,
  createdAt: at(0),
  ...overrides,
});

export const aProduct = (overrides: Partial<ProductDocument> & { _id: string }): ProductDocument => ({
  name: 'Mug',
  unitPrice: 500,
  currency: 'EUR',
  active: true,
  version: 1,
  ...overrides,
});
