import Type, { type Static } from 'typebox';
import { RejectionCode } from '../order-events.ts';
import {
  Amount,
  Count,
  Currency,
  CustomerId,
  DiscountCode,
  OrderId,
  Quantity,
  ReservationId,
  Sku,
  Timestamp,
  UnitPrice,
  Version,
} from '../values.ts';

export const orderStatuses = ['pending', 'confirmed', 'rejected', 'cancelled', 'fulfilled'] as const;
export const OrderStatus = Type.Enum([...orderStatuses]);
export type OrderStatus = (typeof orderStatuses)[number];

const closed = { additionalProperties: false } as const;

export const Email = Type.String({ format: 'email', maxLength: 254 });
export const PersonName = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' });

const RegisteredCustomer = Type.Object({ customerId: CustomerId }, closed);
const GuestCustomer = Type.Object({ email: Email, name: PersonName }, closed);
export const CheckoutItem = Type.Object({ sku: Sku, quantity: Quantity }, closed);

const Buyer = Type.Union([RegisteredCustomer, GuestCustomer]);
/** What the price of an order depends on, beside its customer. */
const wanted = {
  items: Type.Array(CheckoutItem, { minItems: 1, maxItems: 50, description: 'Two items of one SKU are summed' }),
  discountCode: Type.Optional(DiscountCode),
  redeemPoints: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000 })),
};

/** What a client sends to check out. Prices are never taken from it. */
export const CheckoutRequest = Type.Object({ customer: Buyer, ...wanted, reservationId: Type.Optional(ReservationId) }, closed);
export type CheckoutRequest = Static<typeof CheckoutRequest>;

/** What a client sends to ask for a price; without a customer, what a code allows to each is not looked at. */
export const QuoteRequest = Type.Object({ customer: Type.Optional(Buyer), ...wanted }, closed);
export type QuoteRequest = Static<typeof QuoteRequest>;

export const OrderLine = Type.Object({
  sku: Sku,
  name: Type.String(),
  quantity: Type.Integer({ minimum: 1 }),
  unitPrice: UnitPrice,
  lineTotal: Amount,
});
export type OrderLine = Static<typeof OrderLine>;

/** A SKU that was short: what the order asked for and what could be had when it was decided. */
export const Shortage = Type.Object({ sku: Sku, requested: Type.Integer({ minimum: 1 }), available: Type.Integer({ minimum: 0 }) });
export type Shortage = Static<typeof Shortage>;

export const Rejection = Type.Object({ code: RejectionCode, detail: Type.String(), errors: Type.Optional(Type.Array(Shortage)) });
export type Rejection = Static<typeof Rejection>;

/** totalPrice = itemsPrice - discountPrice - pointsDiscountPrice, never below zero. */
const price = {
  items: Type.Array(OrderLine),
  currency: Currency,
  itemsPrice: Amount,
  discountCode: Type.Union([Type.String(), Type.Null()]),
  discountPrice: Amount,
  redeemedPoints: Count,
  pointsDiscountPrice: Amount,
  totalPrice: Amount,
};

/** What an order would cost now. */
export const Quote = Type.Object(price);
export type Quote = Static<typeof Quote>;

/** An order as everyone sees it and as it is kept. */
export const Order = Type.Object({
  orderId: OrderId,
  customerId: Type.String({ description: 'For a guest the derived id until loyalty-svc has answered, then the id of the customer' }),
  status: OrderStatus,
  ...price,
  rejection: Type.Optional(Rejection),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: Version,
});
export type Order = Static<typeof Order>;

const terms = {
  percent: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, description: 'Percent of the items, to the nearest minor unit, half up' }),
  ),
  amountOff: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'Minor units of the shop currency' })),
};
const limits = {
  minimumTotal: Type.Optional(
    Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Price of the items from which the code is valid' }),
  ),
  validFrom: Type.Optional(Timestamp),
  validUntil: Type.Optional(Timestamp),
  maxUses: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
  maxUsesPerCustomer: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
};

/** A discount is either `percent` or `amountOff`, never both. */
export const DiscountRequest = Type.Object({ code: DiscountCode, ...terms, ...limits }, closed);
export type DiscountRequest = Static<typeof DiscountRequest>;
export const DiscountChange = Type.Object({ ...terms, ...limits }, { ...closed, minProperties: 1 });
export type DiscountChange = Static<typeof DiscountChange>;
export const Discount = Type.Object({ code: DiscountCode, ...terms, ...limits, currency: Currency, uses: Count, active: Type.Boolean() });
export type Discount = Static<typeof Discount>;
