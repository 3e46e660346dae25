import type { PageOf } from '@microshop/chassis/http/pagination';
import type { OrderStatus } from '@microshop/contracts/http';
import type { Discount } from '../domain/discount.ts';
import type { Order } from '../domain/order.ts';

export type PageRequest = { limit: number; cursor?: string };

/** Reads that change nothing; lists are newest first. */
export type OrderQueries = {
  findOrder(orderId: string): Promise<Order | undefined>;
  listOrders(filter: { customerId?: string; status?: OrderStatus }, page: PageRequest): Promise<PageOf<Order>>;
  findDiscount(code: string): Promise<Discount | undefined>;
  listDiscounts(page: PageRequest): Promise<PageOf<Discount>>;
};
