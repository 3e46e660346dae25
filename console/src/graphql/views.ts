import type { OrderRow, StockRow } from '../api/index.ts';
import { movementView } from '../http/customer-views.ts';
import { orderRow, timelineOf } from '../http/order-views.ts';
import { levelView, stockRow } from '../http/stock-views.ts';
import type { Timeline } from '../persistence/order-queries.ts';
import type { CustomerDocument, OrderDocument, StockDocument } from '../projection/collections.ts';

export { levelView, movementView };

/** What REST shows, in GraphQL's words. */
type Money = { amount: number; currency: string };

const money = (amount: number | null, currency: string | null): Money | null =>
  amount === null || currency === null ? null : { amount, currency };

export type OrderView = OrderRow & { reason: string | null; total: Money | null };

export function orderView(document: OrderDocument): OrderView {
  const row = orderRow(document);
  return { ...row, reason: row.rejection, total: money(row.totalPrice, row.currency) };
}

export const entryViews = ({ entries }: Timeline) =>
  timelineOf(entries).map(({ lane, kind, ...entry }) => ({ ...entry, service: lane, kind: kind.replace('-', '_') }));

export type ProductView = Pick<StockRow, 'sku' | 'name' | 'isActive' | 'isLow'> & { unitPrice: Money | null; level: object };

export function productView(document: StockDocument, lowStock: number): ProductView {
  const { unitPrice, currency, available, reserved, sold, version, changedAt, ...product } = stockRow(document, lowStock);
  return { ...product, unitPrice: money(unitPrice, currency), level: { available, reserved, sold, version, at: changedAt } };
}

export type CustomerView = { customerId: string; balance: number; balanceAt: string };

export const customerView = ({ _id: customerId, balance, toldAt }: CustomerDocument): CustomerView => ({
  customerId,
  balance,
  balanceAt: toldAt.toISOString(),
});
