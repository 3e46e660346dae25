import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ordersByCustomer } from '@microshop/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { brokenPromises, expectEvent, pactsIn } from './pacts.ts';

/** A service that does not exist, which takes what docs/contracts.md tells a new team to do: it mails guests and thanks for orders. */
type Mail = { to: string; text: string };
const outbox: Mail[] = [];
const mailer = {
  welcome: ({ guest }: { guest: { email: string; name: string } }) => outbox.push({ to: guest.email, text: `Welcome, ${guest.name}.` }),
  thank: ({ customerId, totalPrice, currency }: { customerId: string; totalPrice: number; currency: string }) =>
    outbox.push({ to: customerId, text: `Thank you for ${totalPrice / 100} ${currency}.` }),
};

const ORDER_ID = '019bd6a0-3c1e-7a40-9b1f-2d0c6f4e8a11';
const confirmed = { orderId: ORDER_ID, customerId: 'ada', totalPrice: 2340, currency: 'EUR' };
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'microshop-mail-svc-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const expectOf = (
  type: 'OrderRequested' | 'OrderConfirmed',
  reads: Record<string, unknown>,
  handle: (data: never) => unknown,
  given?: string,
) =>
  expectEvent(
    { consumer: 'mail-svc', topic: ordersByCustomer, type, reads, directory, ...(given && { given }) },
    async ({ value }) => void handle(JSON.parse(String(value)) as never),
  );
const promises = async () => (await Promise.all(pactsIn(directory).map(brokenPromises))).flat();

test('a new team writes down what it reads, its own code takes it, and order-svc keeps it', async () => {
  const guest = { email: 'grace@example.com', name: 'Grace Hopper' };
  await expectOf('OrderRequested', { orderId: ORDER_ID, customerId: 'guest-1', guest }, mailer.welcome, 'a guest orders');
  await expectOf('OrderConfirmed', confirmed, mailer.thank);
  expect(outbox).toEqual([
    { to: 'grace@example.com', text: 'Welcome, Grace Hopper.' },
    { to: 'ada', text: 'Thank you for 23.4 EUR.' },
  ]);
  expect(await promises()).toEqual([]);
});

test('a field that the event does not have is said by name', async () => {
  await expectOf('OrderConfirmed', { ...confirmed, email: 'ada@example.com' }, () => undefined);
  expect(await promises()).toEqual([
    expect.stringMatching(/mail-svc and order-svc - OrderConfirmed on microshop\.orders-by-customer\.v1: .*email/),
  ]);
});

test('a field of another type, too', async () => {
  await expectOf('OrderConfirmed', { ...confirmed, totalPrice: '23.40' }, () => undefined);
  expect(await promises()).toEqual([expect.stringMatching(/\$\.totalPrice .* same type/)]);
});

test('a scene that nobody plays is refused with those that there are', async () => {
  await expectOf('OrderConfirmed', confirmed, () => undefined, 'a queen orders');
  await expect(promises()).rejects.toThrow(/no provider state "a queen orders": give one of a customer orders, .* or add it/);
});

test('an event that does not come in the scene is said, too', async () => {
  await expectOf('OrderConfirmed', confirmed, () => undefined, 'a SKU is short');
  expect(await promises()).toEqual([
    'mail-svc expects OrderConfirmed on microshop.orders-by-customer.v1, which order-svc does not tell when a SKU is short.',
  ]);
});
