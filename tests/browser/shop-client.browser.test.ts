import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CheckoutRequest, createMicroshopClient, dataOf, type MicroshopClient, type Order } from '@microshop/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ConsoleShop, startConsoleShop } from './console-shop.ts';

/** The typed client in Node, through the one origin; what it does in a browser is in shop.browser.test.ts. */
const root = join(import.meta.dirname, '../..');
let shop: ConsoleShop;
let client: MicroshopClient;
let baseUrl: string;

beforeAll(async () => {
  shop = await startConsoleShop();
  baseUrl = `${shop.consoleUrl}/api`;
  client = createMicroshopClient({ baseUrl });
});
afterAll(async () => {
  await expectGreenAudit();
  await shop.stop();
});

async function requestFor(stock: number, quantity = 1): Promise<CheckoutRequest> {
  const [sku, customerId] = await Promise.all([shop.productWith(stock), shop.customerWith(0)]);
  return { customer: { customerId }, items: [{ sku, quantity }] };
}

test('a price is what the shop would charge, or its refusal', async () => {
  const request = await requestFor(5, 2);
  expect(await client.quote(request)).toMatchObject({ itemsPrice: 2000, discountPrice: 0, totalPrice: 2000 });
  await expect(client.quote({ ...request, discountCode: 'NO-SUCH-CODE' })).rejects.toMatchObject({ status: 422, code: 'discount_invalid' });
});

test('the example of its README is a program that orders', async () => {
  const example = await readFile(join(root, 'client/src/example.ts'), 'utf8');
  expect(await readFile(join(root, 'client/README.md'), 'utf8')).toContain(`\`\`\`ts\n${example}\`\`\``);
  await shop.loyalty('POST', '/customers', { body: { customerId: 'ada', email: 'ada@example.com', name: 'Ada Lovelace' } });
  const sku = await shop.productWith(5, { unitPrice: 1290 });

  const env = { ...process.env, MICROSHOP_URL: baseUrl };
  const { stdout } = await promisify(execFile)(process.execPath, ['client/src/example.ts'], { cwd: root, env });
  expect(stdout).toContain(sku);
  expect(stdout).toMatch(/^pending 12\.9\nconfirmed 12\.9$/m);
});

test('one key makes one order, however often it is sent', async () => {
  const request = await requestFor(5);
  const options = { idempotencyKey: randomUUID(), waitSeconds: 20 };
  const orders = await Promise.all([1, 2, 3].map(() => client.checkOut(request, options)));
  expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(1);
  expect(await client.checkOut(request, options)).toMatchObject({ status: 'confirmed' });
});

test('a rejection is a typed problem that names the order', async () => {
  const rejection = client.checkOut(await requestFor(1, 2), { idempotencyKey: randomUUID(), waitSeconds: 20 });
  const error = await rejection.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'ProblemError', status: 409, code: 'out_of_stock', problem: { orderId: expect.any(String) } });
});

test('what a service refuses is a typed problem, through the origin, too', async () => {
  const unknown = dataOf(client.api.GET('/products/{sku}', { params: { path: { sku: 'NO-SUCH' } } }));
  await expect(unknown).rejects.toMatchObject({ status: 404, code: 'unknown_sku' });
});

test('an order is followed over the death of the service that tells of it', async () => {
  const request = await requestFor(5);
  await shop.stopPart('loyalty');
  const { orderId } = await client.checkOut(request, { idempotencyKey: randomUUID(), waitSeconds: 0 });
  const states = client.followOrder(orderId);
  const statusOf = async (state: Promise<IteratorResult<Order>>) => (await state).value?.status;
  expect(await statusOf(states.next())).toBe('pending');

  const next = states.next();
  await shop.stopPart('order');
  await shop.startPart('order');
  await shop.startPart('loyalty');
  expect(await statusOf(next)).toBe('confirmed');
  expect((await states.next()).done).toBe(true);
});
