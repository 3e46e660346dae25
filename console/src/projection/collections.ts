import { type Collection, collection, type Document } from '@microshop/chassis/store/store';
import type { ServiceName } from '@microshop/contracts';
import type { PointsMovementType } from '@microshop/contracts/http';
import type { OrderStatus } from '../api/orders.ts';

/** A line of an order and when inventory-svc did what to it, by the broker's clock. */
export type LineDocument = {
  sku: string;
  quantity: number;
  askedAt?: Date;
  reservedAt?: Date;
  /** When inventory-svc was told to sell what it has reserved. It has no answer to that: the order is confirmed, the units are the customer's. */
  soldAt?: Date;
  refusedAt?: Date;
  releasedAt?: Date;
  reason?: string;
  available?: number;
};

export type PointsDocument = {
  askedAt?: Date;
  takenAt?: Date;
  refusedAt?: Date;
  earnedAt?: Date;
  refundedAt?: Date;
  redeemed: number;
  earned: number;
  reason?: string;
};

/** An order as the topics tell it. Every field is a sum, a union, a least or a greatest: the order in which partitions are read changes nothing. */
export type OrderDocument = {
  _id: string;
  status: OrderStatus;
  /** The greatest that order-svc has told; 0 while only answers are known. */
  version: number;
  /** When that version came. */
  decidedAt?: Date;
  /** The key of its records on orders-by-customer: for a guest an id derived from the e-mail address. */
  customerKey?: string;
  customerId?: string;
  isGuest: boolean;
  totalPrice?: number;
  currency?: string;
  lines: LineDocument[];
  points: PointsDocument;
  rejection?: string;
  firstAt: Date;
  requestedAt?: Date;
  lastAt: Date;
  records: number;
  deadLetters: number;
  /** For searches. */
  skus: string[];
  reasons: string[];
};

/** One record of an order; `_id` is `topic/partition@offset`, so that reading it twice is once. */
export type EntryDocument = {
  _id: string;
  orderId: string;
  lane: ServiceName;
  type: string;
  eventId?: string;
  causationId?: string;
  decidedAt?: string;
  appendedAt: Date;
  topic: string;
  partition: number;
  offset: string;
  key?: string;
  headers: Record<string, string>;
  /** JSON text without persons, or words in brackets. */
  payload: string;
  error?: string;
  replayOf?: string;
};

/** A SKU: the product and the level with the greatest versions. */
export type StockDocument = {
  _id: string;
  name?: string;
  unitPrice?: number;
  currency?: string;
  active?: boolean;
  productVersion: number;
  available: number;
  reserved: number;
  sold: number;
  version: number;
  changedAt?: Date;
};

/** A level as it was; `_id` is `sku@version`. */
export type LevelDocument = { _id: string; sku: string; version: number; at: Date; available: number; reserved: number; sold: number };

/** A customer's points as the event with the greatest version told them. Version 0: events of before there were versions. */
export type CustomerDocument = { _id: string; balance: number; version: number; toldAt: Date; toldBy: string };

/** Points that an order or a person moved; `_id` is that of loyalty-svc's ledger, `orderId:type` where an order did. */
export type MovementDocument = {
  _id: string;
  customerId: string;
  orderId?: string;
  type: PointsMovementType;
  change: number;
  at: Date;
  toldBy: string;
};

const THIRTY_DAYS_S = 30 * 24 * 3600;

/** The documents of one generation. A rebuild makes the next one beside it. */
export function projectionOf(generation: number) {
  const named = <T extends Document>(name: string, indexes: Parameters<typeof collection<T>>[1]) =>
    collection<T>(`${name}_${generation}`, indexes);
  return {
    generation,
    orders: named<OrderDocument>('orders', {
      indexes: [
        { keys: { firstAt: -1, _id: -1 } },
        { keys: { status: 1, firstAt: -1, _id: -1 } },
        { keys: { customerKey: 1, firstAt: -1 } },
        { keys: { customerId: 1, firstAt: -1 } },
        { keys: { skus: 1, firstAt: -1 } },
        { keys: { reasons: 1, firstAt: -1 } },
        // What the topics have forgotten could not be rebuilt.
        { keys: { lastAt: 1 }, expireAfterSeconds: THIRTY_DAYS_S },
      ],
    }),
    entries: named<EntryDocument>('entries', {
      indexes: [{ keys: { orderId: 1, appendedAt: 1 } }, { keys: { appendedAt: 1 }, expireAfterSeconds: THIRTY_DAYS_S }],
    }),
    stock: named<StockDocument>('stock', { indexes: [{ keys: { changedAt: 1 } }] }),
    levels: named<LevelDocument>('levels', {
      indexes: [{ keys: { sku: 1, version: -1 } }, { keys: { at: 1 }, expireAfterSeconds: THIRTY_DAYS_S }],
    }),
    customers: named<CustomerDocument>('customers', { indexes: [{ keys: { toldAt: 1 }, expireAfterSeconds: THIRTY_DAYS_S }] }),
    movements: named<MovementDocument>('movements', {
      indexes: [{ keys: { customerId: 1, at: -1, _id: -1 } }, { keys: { at: 1 }, expireAfterSeconds: THIRTY_DAYS_S }],
    }),
  };
}

export type Projection = ReturnType<typeof projectionOf>;

export const collectionsOf = ({ generation: _, ...collections }: Projection): readonly Collection<Document>[] => Object.values(collections);
