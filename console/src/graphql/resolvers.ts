import { AppError } from '@microshop/chassis/errors';
import { Kind, type ValueNode } from 'graphql/index.js';
import { Value } from 'typebox/value';
import type { OrderStatus } from '../api/index.ts';
import { StockSearch } from '../api/stock.ts';
import { type CustomerQueries, movementKey } from '../persistence/customer-queries.ts';
import { type OrderFilter, type OrderQueries, orderKey } from '../persistence/order-queries.ts';
import { levelKey, type StockQueries, stockKey } from '../persistence/stock-queries.ts';
import { connectionLoader, connectionOf, type PageArguments, requestOf } from './connection.ts';
import { timelineConnection } from './timeline.ts';
import {
  type CustomerView,
  customerView,
  levelView,
  movementView,
  type OrderView,
  orderView,
  type ProductView,
  productView,
} from './views.ts';

export type GraphqlQueries = {
  orders: Pick<OrderQueries, 'list' | 'find' | 'ofCustomers' | 'timelines'>;
  stock: Pick<StockQueries, 'list' | 'find' | 'histories'>;
  customers: Pick<CustomerQueries, 'find' | 'findAll' | 'movements'>;
  lowStock: number;
};

type Asked = {
  idPrefix?: string | null;
  customerId?: string | null;
  status?: OrderStatus | null;
  reason?: string | null;
  sku?: string | null;
  from?: Date | null;
  until?: Date | null;
  hasDeadLetters?: boolean | null;
};

/** The root's fields: each is one query. */
export const resolversOf = ({ orders, stock, customers, lowStock }: GraphqlQueries) => ({
  DateTime: { parseValue: timeOf, parseLiteral: (node: ValueNode) => timeOf(node.kind === Kind.STRING ? node.value : undefined) },
  Query: {
    async orders(_: unknown, { filter, ...asked }: PageArguments & { filter?: Asked | null }) {
      return connectionOf(await orders.list(filterOf(filter ?? {}), requestOf(asked)), asked, orderKey, orderView);
    },
    async order(_: unknown, { orderId }: { orderId: string }) {
      const found = await orders.find(orderId.toLowerCase());
      return found && orderView(found);
    },
    async products(_: unknown, { search, low, ...asked }: PageArguments & { search?: string | null; low: boolean }) {
      if (search != null && !Value.Check(StockSearch, search))
        throw new AppError({ kind: 'invalid', code: 'invalid_search', message: 'search may have 64 characters, and no NUL.' });
      const filter = { ...(search && { search }), ...(low && { below: lowStock }) };
      return connectionOf(await stock.list(filter, requestOf(asked)), asked, stockKey, (document) => productView(document, lowStock));
    },
    async product(_: unknown, { sku }: { sku: string }) {
      const found = await stock.find(sku);
      return found && productView(found, lowStock);
    },
    async customer(_: unknown, { customerId }: { customerId: string }) {
      const found = await customers.find(customerId);
      return found && customerView(found);
    },
  },
});

/** The fields that need another query: one for all their parents. */
export const loadersOf = ({ orders, stock, customers }: GraphqlQueries) => ({
  Order: {
    async customer(queries: readonly { obj: OrderView }[]) {
      const ids = new Set(queries.flatMap(({ obj }) => obj.customerId ?? []));
      const found = new Map((await customers.findAll([...ids])).map((document) => [document._id, customerView(document)]));
      return queries.map(({ obj }) => found.get(obj.customerId ?? '') ?? null);
    },
    async timeline(queries: readonly { obj: OrderView; params: PageArguments }[]) {
      const timelines = await orders.timelines(queries.map(({ obj }) => obj.orderId));
      return queries.map(({ obj, params }) => timelineConnection(timelines.get(obj.orderId) ?? { entries: [], isWhole: true }, params));
    },
  },
  Product: { history: connectionLoader(({ sku }: ProductView) => sku, stock.histories, levelKey, levelView) },
  Customer: {
    movements: connectionLoader(({ customerId }: CustomerView) => customerId, customers.movements, movementKey, movementView),
    orders: connectionLoader(({ customerId }: CustomerView) => customerId, orders.ofCustomers, orderKey, orderView),
  },
});

const filterOf = ({ idPrefix, customerId, status, reason, sku, from, until, hasDeadLetters }: Asked): OrderFilter => ({
  ...(idPrefix && { idPrefix: idPrefix.toLowerCase() }),
  ...(customerId && { customerId }),
  ...(status && { status }),
  ...(reason && { reason }),
  ...(sku && { sku }),
  ...(from && { from }),
  ...(until && { until }),
  ...(hasDeadLetters && { dead: true }),
});

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

function timeOf(value: unknown): Date {
  const time = new Date(typeof value === 'string' && ISO_TIME.test(value) ? value : Number.NaN);
  if (Number.isNaN(time.getTime())) throw new TypeError('It has to be a time such as "2026-01-31T12:00:00Z".');
  return time;
}
