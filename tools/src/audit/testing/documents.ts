import type { OutboxDocument, OutboxEvent } from '@microshop/chassis/outbox/outbox';
import { ordersBySku } from '@microshop/contracts';
import type { HoldDocument, ReservationDocument, StockDocument } from '@microshop/inventory-svc/application/collections';
import type { CustomerDocument, LedgerDocument, OrderPointsDocument } from '@microshop/loyalty-svc/application/collections';
import type { OrderDocument } from '@microshop/order-svc/application/collections';
import type { Finding } from '../rules/finding.ts';

export const ORDER = '019bd6a0-0000-7000-8000-000000000001';
const at = new Date('2026-02-10T12:00:00Z');

/** A confirmed order for 2 MUG, 1900 after 100 points. */
export function anOrder(overrides: Partial<OrderDocument> & { path?: OrderDocument['status'][] } = {}): OrderDocument {
  const { path = ['pending', 'confirmed'], ...fields } = overrides;
  return {
    _id: ORDER,
    orderId: ORDER,
    requestedIn: 'row-1',
    customerId: 'ada',
    customerKey: 'ada',
    status: path.at(-1) ?? 'pending',
    version: path.length,
    createdAt: at,
    updatedAt: at,
    items: [{ sku: 'MUG', name: 'Mug', quantity: 2, unitPrice: 1000, lineTotal: 2000 }],
    currency: 'EUR',
    itemsPrice: 2000,
    discountCode: null,
    discountPrice: 0,
    redeemedPoints: 100,
    pointsDiscountPrice: 100,
    totalPrice: 1900,
    stockAnswers: [],
    states: path.map((status, index) => ({ version: index + 1, status, customerId: 'ada', at })),
    ...fields,
  };
}

export const aReservation = (overrides: Partial<ReservationDocument> = {}): ReservationDocument =>
  ({ _id: `${ORDER}:MUG`, orderId: ORDER, sku: 'MUG', quantity: 2, version: 2, at, state: 'sold', ...overrides }) as ReservationDocument;

/** 10 MUG came in, 2 are sold. */
export const aLevel = (overrides: Partial<StockDocument> = {}): StockDocument => ({
  _id: 'MUG',
  available: 8,
  reserved: 0,
  sold: 2,
  version: 4,
  ...overrides,
});

export const aHold = (overrides: Partial<HoldDocument> = {}): HoldDocument =>
  ({
    _id: 'cart-1',
    status: 'claimed',
    orderId: ORDER,
    items: [{ sku: 'MUG', quantity: 2, settled: true }],
    itemsDigest: 'digest',
    expiresAt: at,
    ...overrides,
  }) as HoldDocument;

/** Ada redeemed 100 of 500 points, and earned 19. */
export const aCustomer = (overrides: Partial<CustomerDocument> = {}): CustomerDocument => ({
  _id: 'ada',
  email: 'ada@example.com',
  name: 'Ada',
  blocked: false,
  balance: 419,
  ledgerSum: 419,
  movements: 3,
  version: 3,
  createdAt: at,
  ...overrides,
});

export const aLedger = (): LedgerDocument[] => [
  aRow({ _id: 'given', type: 'adjusted', change: 500 }),
  aRow({ _id: `${ORDER}:deducted`, type: 'deducted', change: -100, orderId: ORDER }),
  aRow({ _id: `${ORDER}:earned`, type: 'earned', change: 19, orderId: ORDER }),
];

export const aRow = (overrides: Partial<LedgerDocument>): LedgerDocument => ({
  _id: 'row',
  customerId: 'ada',
  sequence: 1,
  type: 'adjusted',
  change: 0,
  reason: 'a test',
  at,
  ...overrides,
});

export const somePoints = (overrides: Partial<OrderPointsDocument> = {}): OrderPointsDocument =>
  ({ _id: ORDER, version: 2, state: 'earned', customerId: 'ada', redeemed: 100, earned: 19, ...overrides }) as OrderPointsDocument;

export const anEvent = (overrides: Partial<OutboxEvent> = {}): OutboxEvent => ({
  id: 'e1',
  topic: ordersBySku.name,
  key: 'MUG',
  aggregatetype: 'order',
  aggregateid: ORDER,
  version: 2,
  type: 'OrderConfirmed',
  headers: { ce_id: 'e1', ce_source: '/microshop/order-svc' },
  payload: '{}',
  ...overrides,
});

export const anOutboxRow = (overrides: Partial<OutboxDocument> = {}): OutboxDocument => ({
  _id: 'row-1',
  createdAt: at,
  publishedAt: at,
  events: [anEvent()],
  ...overrides,
});

export const sentences = (findings: Iterable<Finding>): string[] => [...findings].map(({ sentence }) => sentence);
