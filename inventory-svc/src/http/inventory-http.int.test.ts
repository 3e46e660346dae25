import { newUuid } from '@microshop/chassis/clock';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { operator, startTestInventory, type TestInventory } from '../testing/inventory-service.ts';

let inventory: TestInventory;

beforeAll(async () => {
  inventory = await startTestInventory();
  await vi.waitFor(async () => expect((await inventory.get('/products')).status).toBe(200), { timeout: 30_000 });
  await vi.waitFor(async () => expect((await inventory.post('/products/validate-stock', { items: [ask('NO', 1)] })).status).toBe(200), {
    timeout: 30_000,
  });
});
afterAll(() => inventory.stop());

const uniqueSku = () => `SKU-${newUuid()}`;
const mug = (sku: string) => ({ sku, name: 'Mug', unitPrice: 900, currency: 'EUR' });
const ask = (sku: string, quantity: number) => ({ sku, quantity });

describe('products', () => {
  it('are created, read, replaced and retired under one ETag for each version', async () => {
    const sku = uniqueSku();
    const path = `/products/${sku}`;
    const created = await inventory.post('/products', mug(sku), operator);
    expect(created).toMatchObject({ status: 201, body: { ...mug(sku), active: true } });
    expect([created.headers.get('location'), created.headers.get('etag')]).toEqual([path, '"v1"']);

    const read = await inventory.get(path);
    expect(read).toMatchObject({ status: 200, body: created.body });
    expect(read.headers.get('etag')).toBe('"v1"');

    const { sku: _, ...replacement } = { ...mug(sku), unitPrice: 950 };
    const replaced = await inventory.call('PUT', path, replacement, { ...operator, 'if-match': '"v1"' });
    expect(replaced).toMatchObject({ status: 200, body: { sku, unitPrice: 950, active: true } });
    expect(replaced.headers.get('etag')).toBe('"v2"');

    for (let i = 0; i < 2; i++) {
      const retired = await inventory.call('DELETE', path, undefined, operator);
      expect(retired).toMatchObject({ status: 200, body: { sku, active: false } });
      expect(retired.headers.get('etag')).toBe('"v3"');
    }
    expect(await inventory.get(path)).toMatchObject({ status: 200, body: { active: false } });
  });

  it('are not replaced blindly, by someone who saw an old one, under another SKU or in another currency', async () => {
    const sku = await inventory.stocked(0);
    const put = (body: object, ifMatch?: string) =>
      inventory.call('PUT', `/products/${sku}`, body, { ...operator, ...(ifMatch !== undefined && { 'if-match': ifMatch }) });
    expect(await put(mug(sku))).toMatchObject({ status: 428, body: { code: 'precondition_required' } });
    expect(await put(mug(sku), '"v7"')).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
    expect(await put(mug('OTHER'), '"v1"')).toMatchObject({ status: 422, body: { code: 'sku_mismatch' } });
    expect(await put({ ...mug(sku), currency: 'USD' }, '"v1"')).toMatchObject({ status: 422, body: { code: 'currency_mismatch' } });
    expect((await inventory.get(`/products/${sku}`)).headers.get('etag')).toBe('"v1"');
  });

  it('are there once, however many create one at once', async () => {
    const sku = uniqueSku();
    const answers = await Promise.all(Array.from({ length: 5 }, () => inventory.post('/products', mug(sku), operator)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'product_exists', sku });
  });

  it('are listed newest first, page by page', async () => {
    const [older, newer] = [await inventory.stocked(0), await inventory.stocked(0)];
    const seen: string[] = [];
    let query = '?limit=2';
    while (query !== '') {
      const { body } = await inventory.get(`/products${query}`);
      const { data, nextCursor } = body as { data: { sku: string }[]; nextCursor: string | null };
      seen.push(...data.map(({ sku }) => sku));
      query = nextCursor === null ? '' : `?limit=2&cursor=${nextCursor}`;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((sku) => sku === older || sku === newer)).toEqual([newer, older]);
  });
});

describe('stock', () => {
  it('is adjusted, read, and its ledger pages newest first', async () => {
    const sku = await inventory.stocked(10);
    const path = `/products/${sku}/stock`;
    const taken = await inventory.post(path, { change: -4, reason: 'broken' }, operator);
    expect(taken).toMatchObject({ status: 200, body: { sku, available: 6, reserved: 0, sold: 0 } });
    expect((await inventory.get(path)).body).toEqual(taken.body);
    const first = await inventory.get(`/products/${sku}/movements?limit=1`, operator);
    expect(first.body.data).toMatchObject([{ sku, type: 'adjusted', change: -4, reason: 'broken' }]);
    const second = await inventory.get(`/products/${sku}/movements?limit=1&cursor=${first.body.nextCursor}`, operator);
    expect(second.body).toMatchObject({ data: [{ type: 'received', change: 10 }], nextCursor: null });
  });

  it('below zero is refused with what is there', async () => {
    const sku = await inventory.stocked(3);
    const answer = await inventory.post(`/products/${sku}/stock`, { change: -4, reason: 'broken' }, operator);
    expect(answer).toMatchObject({ status: 409, body: { code: 'stock_below_zero', available: 3 } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('is adjusted once for an Idempotency-Key, quoted or not', async () => {
    const sku = await inventory.stocked(0);
    const adjust = (change: number, key: string) =>
      inventory.post(`/products/${sku}/stock`, { change, reason: 'delivery' }, { ...operator, 'idempotency-key': key });
    const answers = await Promise.all([adjust(5, 'k1'), adjust(5, '"k1"'), adjust(5, 'k1')]);
    expect(answers.map(({ status, body }) => [status, body.available])).toEqual([1, 2, 3].map(() => [200, 5]));
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(2);
    expect(await adjust(6, 'k1')).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });
});

describe('holds', () => {
  it('are made whole or not at all, and can be given back, twice', async () => {
    const [first, second] = [await inventory.stocked(5), await inventory.stocked(1)];
    const short = await inventory.post('/products/validate-stock', { items: [ask(first, 1), ask(second, 2)], reserve: true });
    expect(short).toMatchObject({ status: 200, body: { ok: false, shortages: [{ sku: second, requested: 2, available: 1 }] } });
    expect(short.body.reservationId).toBeUndefined();
    const made = await inventory.post('/products/validate-stock', { items: [ask(first, 2), ask(second, 1)], reserve: true });
    expect(made).toMatchObject({ status: 200, body: { ok: true, shortages: [] } });
    expect(Date.parse(String(made.body.expiresAt))).toBeGreaterThan(Date.now());
    expect([await inventory.level(first), await inventory.level(second)]).toEqual(['3/2/0', '0/1/0']);
    const reservationId = String(made.body.reservationId);
    for (const written of [reservationId, reservationId.toUpperCase()]) {
      expect(await inventory.post('/products/rollback-stock', { reservationId: written })).toMatchObject({
        status: 200,
        body: { reservationId, status: 'released' },
      });
    }
    expect([await inventory.level(first), await inventory.level(second)]).toEqual(['5/0/0', '1/0/0']);
  });

  it('never hold more than there is, and do not collapse on one hot SKU', async () => {
    const sku = await inventory.stocked(50);
    const asked = Array.from({ length: 200 }, () => inventory.post('/products/validate-stock', { items: [ask(sku, 1)], reserve: true }));
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(answers.filter(({ body }) => body.ok)).toHaveLength(50);
    expect(await inventory.level(sku)).toBe('0/50/0');
  });
});

describe('what is not there', () => {
  it.each([
    ['GET', '/products/NOTHING'],
    ['PUT', '/products/NOTHING'],
    ['DELETE', '/products/NOTHING'],
    ['GET', '/products/NOTHING/stock'],
    ['POST', '/products/NOTHING/stock'],
    ['GET', '/products/NOTHING/movements'],
  ])('%s %s: 404 unknown_sku', async (method, path) => {
    const { sku: _, ...product } = mug('NOTHING');
    const body = method === 'PUT' ? product : method === 'POST' ? { change: 1, reason: 'delivery' } : undefined;
    const answer = await inventory.call(method, path, body, { ...operator, 'if-match': '*' });
    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown_sku', sku: 'NOTHING' } });
  });

  it('is a hold that nobody made: 404 unknown_reservation', async () => {
    const answer = await inventory.post('/products/rollback-stock', { reservationId: newUuid() });
    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown_reservation' } });
  });
});

describe('operators only', () => {
  it.each([
    ['POST', '/products'],
    ['PUT', '/products/MUG'],
    ['DELETE', '/products/MUG'],
    ['POST', '/products/MUG/stock'],
    ['GET', '/products/MUG/movements'],
  ])('%s %s: 401 without the token', async (method, path) => {
    expect(await inventory.call(method, path)).toMatchObject({ status: 401, body: { code: 'operator_token_required' } });
  });
});

describe('bad input', () => {
  const product = mug('BAD');
  it.each<[string, string, unknown, string]>([
    ['a price that is text', '/products', { ...product, unitPrice: '900' }, '/unitPrice'],
    ['a price that is not finite', '/products', '{"sku":"BAD","name":"Mug","unitPrice":1e309,"currency":"EUR"}', '/unitPrice'],
    ['a negative price', '/products', { ...product, unitPrice: -1 }, '/unitPrice'],
    ['an empty name', '/products', { ...product, name: ' ' }, '/name'],
    ['a SKU that no URL could carry', '/products', { ...product, sku: 'a/b' }, '/sku'],
    ['an unknown field', '/products', { ...product, colour: 'blue' }, '/colour'],
    ['a change of nothing', '/products/BAD/stock', { change: 0, reason: 'none' }, '/change'],
    ['half a unit', '/products/BAD/stock', { change: 1.5, reason: 'none' }, '/change'],
    ['a change above the limit', '/products/BAD/stock', { change: 2 ** 53, reason: 'none' }, '/change'],
    ['no items', '/products/validate-stock', { items: [] }, '/items'],
    ['51 items', '/products/validate-stock', { items: Array.from({ length: 51 }, () => ask('BAD', 1)) }, '/items'],
    ['a quantity of 1000', '/products/validate-stock', { items: [ask('BAD', 1000)] }, '/items/0/quantity'],
    ['a reservationId that is none', '/products/rollback-stock', { reservationId: 'x' }, '/reservationId'],
  ])('%s is named and stores nothing', async (_, path, body, pointer) => {
    const answer = await inventory.post(path, body, operator);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer }));
    expect((await inventory.get('/products/BAD')).status).toBe(404);
  });

  it.each([
    ['/products?limit=0', 'limit'],
    ['/products?limit=101', 'limit'],
    ['/products?cursor=nonsense', 'cursor'],
  ])('%s is refused', async (path, parameter) => {
    const answer = await inventory.get(path);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ parameter, in: 'query' }] } });
  });

  it('__proto__ and broken JSON are refused', async () => {
    for (const body of ['{"__proto__":{"a":1}}', '{"sku":']) {
      expect(await inventory.post('/products', body, operator)).toMatchObject({ status: 400, body: { code: 'malformed_json' } });
    }
  });
});

it('everything is in the OpenAPI document, with an answer for each status', async () => {
  const { body } = await inventory.get('/openapi.json');
  const paths = body.paths as Record<string, Record<string, { responses: object }>>;
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining([
      '/products',
      '/products/{sku}',
      '/products/{sku}/stock',
      '/products/{sku}/movements',
      '/products/validate-stock',
      '/products/rollback-stock',
    ]),
  );
  expect(Object.keys(paths['/products/{sku}']?.put?.responses ?? {})).toEqual(
    expect.arrayContaining(['200', '400', '401', '404', '412', '422', '428', '503']),
  );
});
