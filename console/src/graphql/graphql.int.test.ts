import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WAIT } from '../../../tests/support/shop.ts';
import type { OrderTimeline } from '../api/orders.ts';
import { type ConsoleUnderTest, startConsoleUnderTest } from '../testing/console-under-test.ts';

let subject: ConsoleUnderTest;
beforeAll(async () => {
  subject = await startConsoleUnderTest({ GRAPHQL_ENABLED: 'true' });
});
afterAll(() => subject.stop());

type Page<Node> = { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string } };

async function ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const { body } = await subject.anyone('POST', '/console/graphql', { body: { query, variables } });
  expect(body.errors).toBeUndefined();
  return body.data as Data;
}

test('orders, customers and products are read together, page by page, from the projection', async () => {
  const customerId = await subject.shop.customerWith(100);
  const sku = await subject.shop.productWith(6);
  const orderIds: string[] = [];
  for (const redeemPoints of [10, 20, 30]) {
    const { body } = await subject.shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }], redeemPoints });
    orderIds.unshift(String(body.orderId));
  }
  for (const orderId of orderIds) {
    await subject.known(orderId, 'confirmed', 7);
    await subject.says<OrderTimeline>(`/console/orders/${orderId}`, ({ order }) => order.lines[0]?.stock === 'sold');
  }

  type Order = {
    orderId: string;
    status: string;
    total: object;
    lines: object[];
    timeline: { nodes: { type: string }[] };
    customer: Customer;
  };
  type Customer = {
    balance: number;
    movements: Page<{ type: string; change: number; orderId: string }>;
    orders: Page<{ orderId: string }>;
  };
  const query = `query ($customerId: ID!, $after: String) {
    orders(first: 2, after: $after, filter: { customerId: $customerId }) {
      nodes {
        orderId status total { amount currency } lines { sku stock }
        timeline { nodes { type payload } }
        customer { balance movements(first: 100) { nodes { type change orderId } } orders(first: 2) { nodes { orderId } pageInfo { hasNextPage endCursor } } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }`;
  const first = (await ask<{ orders: Page<Order> }>(query, { customerId })).orders;
  const last = (await ask<{ orders: Page<Order> }>(query, { customerId, after: first.pageInfo.endCursor })).orders;
  const all = [...first.nodes, ...last.nodes];
  expect(all.map(({ orderId }) => orderId)).toEqual(orderIds);
  expect([first.pageInfo.hasNextPage, last.pageInfo.hasNextPage]).toEqual([true, false]);
  for (const { status, total, lines, timeline } of all) {
    expect({ status, total, lines }).toMatchObject({
      status: 'confirmed',
      total: { currency: 'EUR' },
      lines: [{ sku, stock: 'sold' }],
    });
    expect(timeline.nodes.map(({ type }) => type)).toEqual(expect.arrayContaining(['OrderRequested', 'StockReserved', 'PointsDeducted']));
  }
  const [{ customer }] = all as [Order];
  expect(customer.orders).toMatchObject({ nodes: [{ orderId: orderIds[0] }, { orderId: orderIds[1] }], pageInfo: { hasNextPage: true } });

  await vi.waitFor(async () => {
    const query = 'query ($id: ID!) { customer(customerId: $id) { balance movements(first: 100) { nodes { change } } } }';
    const { balance, movements } = (await ask<{ customer: Customer }>(query, { id: customerId })).customer;
    const moved = movements.nodes.reduce((sum, { change }) => sum + change, 0);
    expect([balance, moved]).toEqual(Array(2).fill(await subject.shop.balanceOf(customerId)));
    expect(movements.nodes).toHaveLength(7);
  }, WAIT);

  type Product = { level: object; isLow: boolean; history: Page<{ available: number }> };
  const { product } = await vi.waitFor(async () => {
    const found = await ask<{ product: Product }>(
      'query ($sku: ID!) { product(sku: $sku) { isLow level { available sold } history(first: 2) { nodes { available } pageInfo { hasNextPage endCursor } } } }',
      { sku },
    );
    expect(found.product.level).toEqual({ available: 3, sold: 3 });
    return found;
  }, WAIT);
  expect(product).toMatchObject({ isLow: true, history: { pageInfo: { hasNextPage: true } } });
  expect(product.history.nodes[0]).toEqual({ available: 3 });
  const { products } = await ask<{ products: Page<{ sku: string }> }>(
    'query ($search: String) { products(search: $search, low: true) { nodes { sku } } }',
    { search: sku },
  );
  expect(products.nodes).toEqual([{ sku }]);
});
