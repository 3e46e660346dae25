import { collection } from '@microshop/chassis/store/store';
import type { Hold } from '../domain/hold.ts';
import type { ReservationState } from '../domain/reservation.ts';
import type { Level, Movement } from '../domain/stock.ts';

/** `_id` is the SKU. */
export type ProductDocument = {
  _id: string;
  name: string;
  unitPrice: number;
  currency: string;
  active: boolean;
  version: number;
  createdAt: Date;
};

/** `_id` is the SKU; each movement raises the version by one. */
export type StockDocument = Level & { _id: string; version: number };

/** An entry of the ledger; `version` is that of the stock after it, so a gap would show. */
export type MovementDocument = Movement & { _id: string; sku: string; version: number; reason: string; orderId?: string; at: Date };

/** `_id` is `orderId:sku`. */
export type ReservationDocument = ReservationState & {
  _id: string;
  orderId: string;
  sku: string;
  quantity: number;
  version: number;
  at: Date;
};

/** `_id` is the reservationId. `settledAt`: nothing can happen to it any more. */
export type HoldDocument = Hold & { _id: string; settledAt?: Date };

/** An adjustment that came with an idempotency key; `_id` is `sku/key`. */
export type AdjustmentDocument = { _id: string; change: number; reason: string; at: Date };

const counter = { bsonType: 'number', minimum: 0, multipleOf: 1 };
const HOLD_KEEP_SECONDS = 45 * 24 * 3600;

export const products = collection<ProductDocument>('products', { indexes: [{ keys: { createdAt: -1, _id: -1 } }] });

/** The database itself refuses a counter below zero, whatever the code does. */
export const stock = collection<StockDocument>('stock', {
  validator: {
    required: ['available', 'reserved', 'sold', 'version'],
    properties: { available: counter, reserved: counter, sold: counter, version: counter },
  },
});

export const movements = collection<MovementDocument>('movements', { indexes: [{ keys: { sku: 1, version: -1 }, unique: true }] });

export const reservations = collection<ReservationDocument>('reservations');

const onlyHeld = { status: 'held' };
export const holds = collection<HoldDocument>('holds', {
  indexes: [
    { keys: { expiresAt: 1 }, partial: onlyHeld },
    { keys: { 'items.sku': 1, expiresAt: 1 }, partial: onlyHeld },
    { keys: { settledAt: 1 }, expireAfterSeconds: HOLD_KEEP_SECONDS },
  ],
});

export const adjustments = collection<AdjustmentDocument>('adjustments');

export const collections = [products, stock, movements, reservations, holds, adjustments];

export const reservationKey = (orderId: string, sku: string): string => `${orderId}:${sku}`;
