import { collection } from '@microshop/chassis/store/store';
import type { Discount } from '../domain/discount.ts';
import type { Order } from '../domain/order.ts';

/** An order as it is kept. */
export type OrderDocument = Order & {
  _id: string;
  /** The outbox document with its OrderRequested: the timeout counts from when that was published. */
  requestedIn: string;
};

const amount = { bsonType: 'number', minimum: 0 };

export const orders = collection<OrderDocument>('orders', {
  validator: {
    bsonType: 'object',
    required: [
      'status',
      'version',
      'items',
      'itemsPrice',
      'discountPrice',
      'redeemedPoints',
      'pointsDiscountPrice',
      'totalPrice',
      'currency',
    ],
    properties: {
      status: { enum: ['pending', 'confirmed', 'rejected', 'cancelled', 'fulfilled'] },
      itemsPrice: amount,
      discountPrice: amount,
      redeemedPoints: amount,
      pointsDiscountPrice: amount,
      totalPrice: amount,
    },
  },
  indexes: [
    { keys: { customerId: 1, _id: -1 } },
    { keys: { status: 1, _id: -1 } },
    { keys: { createdAt: 1 }, partial: { status: 'pending' } },
  ],
});

/** `<customer>\n<key>`: which order the key made, and of which body. Lives as long as the order. */
export type IdempotencyDocument = { _id: string; orderId: string; fingerprint: string };
export const idempotencyKeys = collection<IdempotencyDocument>('idempotencyKeys');
export const idempotencyIdOf = (customerId: string, idempotencyKey: string): string => `${customerId}\n${idempotencyKey}`;

export type DiscountDocument = Discount & { _id: string };
const uses = { validator: { bsonType: 'object', required: ['uses'], properties: { uses: amount } } };
export const discounts = collection<DiscountDocument>('discounts', { ...uses, indexes: [{ keys: { createdAt: -1, _id: -1 } }] });

/** `<CODE>\n<customer>`: how often that customer used the code. */
export type DiscountUseDocument = { _id: string; uses: number };
export const discountUses = collection<DiscountUseDocument>('discountUses', uses);

/** The catalogue as its events tell it; prices come from here. */
export type ProductDocument = { _id: string; name: string; unitPrice: number; currency: string; active: boolean; version: number };
export const products = collection<ProductDocument>('products');

export const orderCollections = [orders, idempotencyKeys, discounts, discountUses, products];
