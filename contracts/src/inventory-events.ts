import Type from 'typebox';
import { defineTopic } from './topic.ts';
import { Count, Currency, OrderId, Quantity, Sku, UnitPrice, Version } from './values.ts';

export const stockRejectionReasons = ['out_of_stock', 'reservation_invalid', 'timed_out', 'order_ended'] as const;
export type StockRejectionReason = (typeof stockRejectionReasons)[number];

const line = { orderId: OrderId, sku: Sku, quantity: Quantity };

/** inventory-svc's answers to orders: exactly one of StockReserved and StockRejected for each SKU of each order, however often it is asked. */
export const stock = defineTopic({
  name: 'microshop.stock.v1',
  owner: 'inventory-svc',
  consumers: ['order-svc'],
  key: 'orderId',
  partitions: 12,
  retention: '30 days',
  version: 1,
  events: {
    StockReserved: Type.Object(line),
    StockRejected: Type.Object({
      ...line,
      reason: Type.Enum([...stockRejectionReasons]),
      available: Type.Integer({ minimum: 0, description: 'Units that could be had at the decision' }),
    }),
    StockReleased: Type.Object(line),
  },
});

/** The catalogue: each record is the whole product; a lower version than one already seen is ignored. */
export const catalog = defineTopic({
  name: 'microshop.catalog.v1',
  owner: 'inventory-svc',
  consumers: ['order-svc'],
  key: 'sku',
  partitions: 12,
  retention: 'compacted',
  version: 1,
  events: {
    ProductChanged: Type.Object({
      sku: Sku,
      name: Type.String(),
      unitPrice: UnitPrice,
      currency: Currency,
      active: Type.Boolean({ description: 'False: retired, can not be ordered any more' }),
      version: Version,
    }),
  },
});

/** Stock levels: each record is the whole level; a lower version than one already seen is ignored. */
export const stockLevels = defineTopic({
  name: 'microshop.stock-levels.v1',
  owner: 'inventory-svc',
  consumers: [],
  key: 'sku',
  partitions: 12,
  retention: 'compacted',
  version: 1,
  events: {
    StockLevelChanged: Type.Object({ sku: Sku, available: Count, reserved: Count, sold: Count, version: Version }),
  },
});
