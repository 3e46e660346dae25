import { randomUUID } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { TEST_SECRET, testToken } from '@microshop/chassis/http/test-tokens';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type Part, type ShopInProcess, startInProcess, startShopInProcess } from '../support/in-process.ts';
import { operationsOf } from '../support/openapi.ts';
import { expectProblem } from '../support/problem.ts';
import { restClient, type Send } from '../support/rest.ts';
import { OPERATOR_TOKEN, WAIT } from '../support/shop.ts';
import { allEvents } from '../support/sse.ts';

const auth = { AUTH_JWT_SECRET: TEST_SECRET, AUTH_ISSUER: 'https://id.example', AUTH_AUDIENCE: 'shop' };
const claims = { iss: auth.AUTH_ISSUER, aud: auth.AUTH_AUDIENCE };

let shop: ShopInProcess;
beforeAll(async () => {
  shop = await startShopInProcess(auth);
});
afterAll(async () => {
  await expectGreenAudit();
  await shop.stop();
});

type Client = Record<Part, Send> & { id: string; token: string };

async function clientFor(id: string, more: Record<string, unknown> = {}): Promise<Client> {
  const token = await testToken({ ...claims, sub: id, ...more });
  const { order, inventory, loyalty } = shop.urls;
  return { id, token, order: restClient(order, token), inventory: restClient(inventory, token), loyalty: restClient(loyalty, token) };
}

/** A registered customer with a token. */
const aCustomer = async (points = 0): Promise<Client> => clientFor(await shop.customerWith(points));
const aGuest = (email: string): Promise<Client> => clientFor(`visitor-${randomUUID()}`, { email, email_verified: true });

/** As shop.productWith, which looks at the catalogue as somebody without a token. */
async function aProduct(stock = 10): Promise<string> {
  const sku = `T-${randomUUID()}`;
  const product = { sku, name: 'A product', unitPrice: 1000, currency: 'EUR' };
  expect((await shop.inventory('POST', '/products', { body: product })).status).toBe(201);
  expect((await shop.inventory('POST', `/products/${sku}/stock`, { body: { change: stock, reason: 'test' } })).status).toBe(200);
  const body = { customer: { customerId: 'nobody' }, items: [{ sku, quantity: 1 }], redeemPoints: 1_000_000_000 };
  await vi.waitFor(async () => expect((await checkout(shop.order, body)).body.code).toBe('points_exceed_total'), WAIT);
  return sku;
}

const checkout = (send: Send, body: unknown, key: string = randomUUID()) =>
  send('POST', '/checkout', { body, headers: { 'idempotency-key': key, prefer: 'wait=20' } });

async function anOrderOf(customer: Client) {
  const sku = await aProduct();
  const { status, body } = await checkout(customer.order, { customer: { customerId: customer.id }, items: [{ sku, quantity: 1 }] });
  expect(status).toBe(201);
  return { sku, orderId: String(body.orderId) };
}

describe.concurrent('a customer', () => {
  test('checks out, reads, lists, follows and cancels their own orders', async () => {
    const ada = await aCustomer();
    const { orderId } = await anOrderOf(ada);
    expect(await ada.order('GET', `/orders/${orderId}`)).toMatchObject({ status: 200, body: { orderId, customerId: ada.id } });
    expect((await ada.order('GET', `/orders?customerId=${ada.id}`)).body.data).toMatchObject([{ orderId }]);
    const events = await allEvents(`${shop.urls.order}/orders/${orderId}/events`, { authorization: `Bearer ${ada.token}` });
    expect(JSON.parse(events.at(-1)?.data ?? '')).toMatchObject({ orderId, status: 'confirmed' });
    expect(await ada.order('POST', `/orders/${orderId}/cancel`)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  });

  test("finds nothing at somebody else's order, as if it were not there, and changes nothing", async () => {
    const [ada, bob] = await Promise.all([aCustomer(), aCustomer()]);
    const { orderId } = await anOrderOf(ada);
    const missing = randomUUID();
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/events'],
      ['POST', '/cancel'],
    ] as const) {
      const others = await bob.order(method, `/orders/${orderId}${path}`);
      const nobodys = await bob.order(method, `/orders/${missing}${path}`);
      expectProblem(others, 404, 'unknown_order');
      expect(JSON.stringify(others.body).replaceAll(orderId, missing)).toBe(JSON.stringify(nobodys.body));
    }
    expectProblem(await bob.order('GET', `/orders?customerId=${ada.id}`), 403, 'operators_only');
    expectProblem(await bob.order('GET', '/orders'), 403, 'operators_only');
    expect((await ada.order('GET', `/orders/${orderId}`)).body.status).toBe('confirmed');
  });

  test('does not check out as another, and nothing is made', async () => {
    const [ada, bob, sku] = await Promise.all([aCustomer(), aCustomer(500), aProduct()]);
    const items = [{ sku, quantity: 1 }];
    const asBob = { customer: { customerId: bob.id }, items, redeemPoints: 500 };
    expectProblem(await checkout(ada.order, asBob), 403, 'other_customer');
    const asGuest = { customer: { email: `${bob.id}@example.com`, name: 'Bob' }, items };
    expectProblem(await checkout(ada.order, asGuest), 403, 'other_customer');
    expectProblem(await ada.order('POST', '/checkout/quote', { body: asBob }), 403, 'other_customer');
    expect((await shop.order('GET', `/orders?customerId=${bob.id}`)).body.data).toEqual([]);
    expect((await shop.loyalty('GET', `/customers/${bob.id}/points`)).body).toEqual({ balance: 500 });
  });

  test("cannot get at another's order by its idempotency key", async () => {
    const [ada, bob, sku] = await Promise.all([aCustomer(), aCustomer(), aProduct()]);
    const key = randomUUID();
    const bodyOf = ({ id }: Client) => ({ customer: { customerId: id }, items: [{ sku, quantity: 1 }] });
    const first = await checkout(ada.order, bodyOf(ada), key);
    expectProblem(await checkout(bob.order, bodyOf(ada), key), 403, 'other_customer');
    const bobs = await checkout(bob.order, bodyOf(bob), key);
    expect(bobs).toMatchObject({ status: 201, body: { customerId: bob.id } });
    expect(bobs.body.orderId).not.toBe(first.body.orderId);
  });

  test('reads what the shop keeps of them, and of nobody else', async () => {
    const [ada, bob] = await Promise.all([aCustomer(7), aCustomer()]);
    for (const path of ['', '/points', '/points/ledger']) {
      expect((await ada.loyalty('GET', `/customers/${ada.id}${path}`)).status).toBe(200);
      expectProblem(await bob.loyalty('GET', `/customers/${ada.id}${path}`), 403, 'operators_only');
    }
    expectProblem(await ada.loyalty('PATCH', `/customers/${ada.id}`, { body: { blocked: false } }), 403, 'operators_only');
    expectProblem(await ada.loyalty('POST', `/customers/${ada.id}/points`, { body: { change: 1, reason: 'gift' } }), 403, 'operators_only');
    expectProblem(await ada.loyalty('GET', '/customers'), 403, 'operators_only');
  });

  test('is no operator, whatever they send', async () => {
    const ada = await clientFor('ada', { roles: ['customer'], role: 'operator', scope: 'operator' });
    const id = randomUUID();
    for (const [part, method, path] of [
      ['order', 'POST', `/orders/${id}/fulfil`],
      ['order', 'POST', '/discounts'],
      ['inventory', 'POST', '/products'],
      ['inventory', 'POST', '/products/AUTH/stock'],
      ['inventory', 'GET', '/products/AUTH/movements'],
      ['loyalty', 'POST', '/customers'],
    ] as const)
      expectProblem(await ada[part](method, path, method === 'GET' ? {} : { body: {} }), 403, 'operators_only');
  });
});

describe.concurrent('a guest', () => {
  test('checks out with the e-mail address that the token vouches for, and keeps sight of the order', async () => {
    const [sku, email] = [await aProduct(), `${randomUUID()}@example.com`];
    const guest = await aGuest(email.toUpperCase());
    const { status, body } = await checkout(guest.order, { customer: { email, name: 'Ada' }, items: [{ sku, quantity: 1 }] });
    expect(status).toBe(201);
    expect(body.customerId).not.toBe(guest.id);
    expect((await guest.order('GET', `/orders/${body.orderId}`)).status).toBe(200);
    expect((await (await aGuest(email)).order('GET', `/orders/${body.orderId}`)).status).toBe(200);
    expectProblem(await (await aGuest('other@example.com')).order('GET', `/orders/${body.orderId}`), 404, 'unknown_order');
    expect(await guest.order('POST', `/orders/${body.orderId}/cancel`)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  });

  test('needs a token that vouches for it', async () => {
    const [sku, email] = [await aProduct(), `${randomUUID()}@example.com`];
    const body = { customer: { email, name: 'Ada' }, items: [{ sku, quantity: 1 }] };
    expectProblem(await checkout(shop.anyone.order, body), 401, 'token_required');
    for (const more of [{}, { email }, { email, email_verified: false }, { email: 'other@example.com', email_verified: true }])
      expectProblem(await checkout((await clientFor('visitor', more)).order, body), 403, 'other_customer');
  });
});

describe.concurrent('an operator', () => {
  test('by role or by token sees, cancels and fulfils every order, and checks out for anybody', async () => {
    const [ada, boss] = [await aCustomer(), await clientFor('boss', { roles: ['operator'] })];
    for (const send of [boss.order, shop.order]) {
      const { orderId, sku } = await anOrderOf(ada);
      expect((await send('GET', `/orders/${orderId}`)).status).toBe(200);
      expect((await send('GET', '/orders?limit=1')).status).toBe(200);
      expect(await send('POST', `/orders/${orderId}/fulfil`)).toMatchObject({ status: 200, body: { status: 'fulfilled' } });
      const forAda = await checkout(send, { customer: { customerId: ada.id }, items: [{ sku, quantity: 1 }] });
      expect(await send('POST', `/orders/${forAda.body.orderId}/cancel`)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    }
    expect((await boss.loyalty('GET', `/customers/${ada.id}`)).status).toBe(200);
    expect((await boss.inventory('POST', '/products', { body: {} })).status).toBe(400);
  });
});

describe.concurrent('without a good token', () => {
  const path = `/orders/${randomUUID()}`;

  test('the catalogue and the stock are open, and nothing else', async () => {
    const sku = await aProduct();
    for (const open of ['/products', `/products/${sku}`, `/products/${sku}/stock`])
      expect((await shop.anyone.inventory('GET', open)).status).toBe(200);
    for (const [part, method, closed] of [
      ['order', 'POST', '/checkout'],
      ['order', 'POST', '/checkout/quote'],
      ['order', 'GET', path],
      ['order', 'GET', `${path}/events`],
      ['order', 'POST', `${path}/cancel`],
      ['inventory', 'POST', '/products/validate-stock'],
      ['inventory', 'POST', '/products/rollback-stock'],
    ] as const) {
      const answer = await shop.anyone[part](method, closed);
      expectProblem(answer, 401, 'token_required');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  test('expired, of another issuer, for another audience or signed by another: 401', async () => {
    const tokens = await Promise.all([
      testToken({ ...claims, sub: 'ada', exp: 1 }),
      testToken({ ...claims, sub: 'ada', iss: 'https://evil.example' }),
      testToken({ ...claims, sub: 'ada', aud: 'another-shop' }),
      testToken({ ...claims, sub: 'ada' }, { key: new TextEncoder().encode('x'.repeat(40)) }),
    ]);
    for (const token of [...tokens, 'nonsense', `${OPERATOR_TOKEN}x`]) {
      const answer = await restClient(shop.urls.order, token)('GET', path);
      expectProblem(answer, 401, 'token_invalid');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    }
  });
});

describe('the documents', () => {
  test.each(['order', 'inventory', 'loyalty'] as const)(
    'of %s-svc say which operations need a token, and what comes without',
    async (part) => {
      const open = new Set(['/livez', '/readyz', '/products', '/products/{sku}', '/products/{sku}/stock']);
      for (const { method, path, operation } of await operationsOf(shop.anyone[part])) {
        const isOpen = method === 'GET' && open.has(path);
        expect([method, path, operation.security !== undefined]).toEqual([method, path, !isOpen]);
        if (!isOpen) expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403']));
        if (path.startsWith('/checkout')) expect(Object.keys(operation.responses)).toContain('429');
      }
    },
  );
});

describe('without JWT settings', () => {
  const away = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal)?.address;

  test('a caller from elsewhere than loopback is refused the customers’ endpoints, and the machine itself is served', async () => {
    const order = await startInProcess.order({ HOST: '0.0.0.0' });
    try {
      const { port } = new URL(order.url);
      const path = `/orders/${randomUUID()}`;
      const urls = { local: `http://127.0.0.1:${port}`, away: away && `http://${away}:${port}` };
      await vi.waitFor(async () => expectProblem(await restClient(urls.local)('GET', path), 404, 'unknown_order'), WAIT);
      const proxied = { headers: { 'x-forwarded-for': '198.51.100.7' } };
      expectProblem(await restClient(urls.local)('GET', path, proxied), 403, 'loopback_only');
      if (!urls.away) return;
      for (const send of [restClient(urls.away), restClient(urls.away, await testToken({ sub: 'ada', roles: ['operator'] }))]) {
        expectProblem(await send('GET', path), 403, 'loopback_only');
        expectProblem(await send('POST', '/checkout', { body: {} }), 403, 'loopback_only');
        expectProblem(await send('GET', '/orders'), 401, 'operator_token_required');
      }
      expectProblem(await restClient(urls.away, OPERATOR_TOKEN)('GET', path), 404, 'unknown_order');
    } finally {
      await order.stop();
    }
  });

  test('limits that are set hold on loopback, too: 429 with what is left, and when to come again', async () => {
    const order = await startInProcess.order({ CHECKOUTS_PER_MINUTE_PER_CUSTOMER: '2', CHECKOUTS_PER_MINUTE_PER_ADDRESS: '3' });
    try {
      const as = (customerId: string, token?: string) =>
        checkout(restClient(order.url, token), { customer: { customerId }, items: [{ sku: 'NONE', quantity: 1 }] });
      // Operators have no limit.
      await vi.waitFor(async () => expectProblem(await as('ada', OPERATOR_TOKEN), 422, 'unknown_sku'), WAIT);
      const [first, second, third] = [await as('ada'), await as('ada'), await as('ada')];
      expectProblem(first, 422, 'unknown_sku');
      expect(first.headers.get('ratelimit-policy')).toBe('"customer";q=2;w=60, "address";q=3;w=60');
      expect(second.headers.get('ratelimit')).toMatch(/^"customer";r=0;t=\d+, "address";r=1;t=\d+$/);
      expect(expectProblem(third, 429, 'rate_limited')['violated-policies']).toEqual(['customer']);
      expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(expectProblem(await as('bob'), 429, 'rate_limited')['violated-policies']).toEqual(['address']);
      const quote = { customer: { customerId: 'ada' }, items: [{ sku: 'NONE', quantity: 1 }] };
      const quoted = await restClient(order.url)('POST', '/checkout/quote', { body: quote });
      expectProblem(quoted, 422, 'unknown_sku');
      expect(quoted.headers.get('ratelimit')).toMatch(/^"customer";r=7;t=\d+, "address";r=11;t=\d+$/);
      expectProblem(await as('ada', OPERATOR_TOKEN), 422, 'unknown_sku');
    } finally {
      await order.stop();
    }
  });
});
