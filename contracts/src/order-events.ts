import Type from 'typebox';
import { defineTopic } from './topic.ts';
import { Amount, Count, Currency, CustomerId, DiscountCode, OrderId, Quantity, ReservationId, Sku, UnitPrice, Version } from './values.ts';

/** Why an order was rejected. Where several hold, the first of this list is the order's `code`. */
export const rejectionCodes = ['reservation_invalid', 'out_of_stock', 'customer_rejected', 'insufficient_points', 'timed_out'] as const;
export const RejectionCode = Type.Enum([...rejectionCodes]);
export type RejectionCode = (typeof rejectionCodes)[number];

/** Counted from the record's LogAppendTime; past it a consumer refuses instead of acting. */
const TimeoutMs = Type.Integer({ minimum: 1, description: 'Milliseconds a consumer has, from the time the broker appended the record' });

const line = { orderId: OrderId, version: Version, sku: Sku, quantity: Quantity, reservationId: Type.Optional(ReservationId) };
const OrderLineRequested = Type.Object({
  ...line,
  timeoutMs: TimeoutMs,
  itemsDigest: Type.String({ description: 'SHA-256 (base64url) of canonicalItems of the whole order; a hold must be for the same' }),
});
const OrderLineEnded = Type.Object(line);

/** What orders do to stock: one copy per SKU of the order, with that SKU's line only and no personal data. */
export const ordersBySku = defineTopic({
  name: 'microshop.orders-by-sku.v1',
  owner: 'order-svc',
  consumers: ['inventory-svc'],
  key: 'sku',
  partitions: 12,
  retention: '30 days',
  version: 1,
  events: {
    OrderRequested: OrderLineRequested,
    OrderConfirmed: OrderLineEnded,
    OrderRejected: OrderLineEnded,
    OrderCancelled: OrderLineEnded,
    OrderFulfilled: OrderLineEnded,
  },
});

/** `customerId`: for a guest the id that is derived from the e-mail address. */
const purchase = {
  orderId: OrderId,
  version: Version,
  customerId: CustomerId,
  totalPrice: Amount,
  currency: Currency,
};
/** Without it a restore could make the order again, and not know that a repeated checkout is this one. */
const CheckoutTaken = Type.Object(
  {
    idempotencyKey: Type.String({ description: 'As the client sent it' }),
    fingerprint: Type.String({ description: 'SHA-256 (base64url) of the checkout, normalised' }),
    unitPrices: Type.Array(UnitPrice, { description: "Of the order's lines, in the order of their SKUs" }),
    discountCode: Type.Optional(DiscountCode),
    discountPrice: Amount,
  },
  { description: 'What order-svc keeps of the checkout and no other event tells; for a restore of its database' },
);
const PurchaseRequested = Type.Object({
  ...purchase,
  redeemPoints: Count,
  guest: Type.Optional(
    Type.Object(
      { email: Type.String({ description: 'Normalised: trimmed, lower case' }), name: Type.String() },
      { description: 'Registered when no customer has the e-mail address' },
    ),
  ),
  checkout: Type.Optional(CheckoutTaken),
  timeoutMs: TimeoutMs,
});
const PurchaseEnded = Type.Object(purchase);

/** What orders do to a customer's points: one copy per order. */
export const ordersByCustomer = defineTopic({
  name: 'microshop.orders-by-customer.v1',
  owner: 'order-svc',
  consumers: ['loyalty-svc'],
  key: 'customerId',
  partitions: 12,
  retention: '30 days',
  version: 1,
  events: {
    OrderRequested: PurchaseRequested,
    OrderConfirmed: PurchaseEnded,
    OrderRejected: Type.Object({ ...purchase, code: RejectionCode }),
    OrderCancelled: PurchaseEnded,
    OrderFulfilled: PurchaseEnded,
  },
});
