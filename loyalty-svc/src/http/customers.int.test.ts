import { newUuid } from '@microshop/chassis/clock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoyaltyUnderTest, startLoyaltyUnderTest } from '../testing/loyalty-under-test.ts';

let loyalty: LoyaltyUnderTest;
beforeAll(async () => {
  loyalty = await startLoyaltyUnderTest();
});
afterAll(() => loyalty.stop());

const someone = () => {
  const customerId = `c-${newUuid()}`;
  return { customerId, email: `${customerId}@example.com`, name: 'Ada', blocked: false };
};

describe('POST /customers', () => {
  it('registers a customer, with the e-mail address normalised', async () => {
    const { rest } = loyalty;
    const ada = someone();
    const answer = await rest.post('/customers', { ...ada, email: ada.email.toUpperCase() });
    expect(answer).toMatchObject({ status: 201, body: ada });
    const location = answer.headers.get('location');
    expect(location).toBe(`/customers/${ada.customerId}`);
    expect(await rest.get(`${location}`)).toMatchObject({ status: 200, body: ada });
    expect(await rest.get(`${location}/points`)).toMatchObject({ status: 200, body: { balance: 0 } });
  });

  it('makes a customer id when none is given', async () => {
    const { customerId: _, ...nameless } = someone();
    const { status, body } = await loyalty.rest.post('/customers', nameless);
    expect(status).toBe(201);
    expect(body.customerId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('refuses an id or an e-mail address that is there', async () => {
    const { rest } = loyalty;
    const ada = someone();
    await rest.post('/customers', ada);
    expect(await rest.post('/customers', ada)).toMatchObject({
      status: 409,
      body: { code: 'customer_exists', customerId: ada.customerId },
    });
    const other = { ...someone(), email: ada.email.toUpperCase() };
    expect(await rest.post('/customers', other)).toMatchObject({ status: 409, body: { code: 'email_taken' } });
    expect((await rest.get(`/customers/${other.customerId}`)).status).toBe(404);
  });

  it('registers one of many with the same e-mail address at once', async () => {
    const { email } = someone();
    const answers = await Promise.all(Array.from({ length: 8 }, () => loyalty.rest.post('/customers', { ...someone(), email })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
  });
});

describe('PATCH /customers/:customerId', () => {
  it('changes what it is given, and blocks', async () => {
    const { rest } = loyalty;
    const ada = someone();
    await rest.post('/customers', ada);
    const path = `/customers/${ada.customerId}`;
    expect(await rest.patch(path, { name: 'Ada L.' })).toMatchObject({ status: 200, body: { ...ada, name: 'Ada L.' } });
    expect(await rest.patch(path, { blocked: true, email: ada.email })).toMatchObject({
      status: 200,
      body: { name: 'Ada L.', blocked: true },
    });
    expect((await rest.get(path)).body).toEqual({ ...ada, name: 'Ada L.', blocked: true });
  });

  it('moves an e-mail address, which frees the former one and takes none that is taken', async () => {
    const { rest } = loyalty;
    const [ada, grace, alan] = [someone(), someone(), someone()];
    await rest.post('/customers', ada);
    await rest.post('/customers', grace);
    const path = `/customers/${ada.customerId}`;
    expect(await rest.patch(path, { email: grace.email })).toMatchObject({ status: 409, body: { code: 'email_taken' } });
    expect(await rest.patch(path, { email: `NEW-${ada.email}` })).toMatchObject({ status: 200, body: { email: `new-${ada.email}` } });
    expect((await rest.post('/customers', { ...alan, email: ada.email })).status).toBe(201);
  });

  it('knows no unknown customer', async () => {
    const answer = await loyalty.rest.patch(`/customers/${newUuid()}`, { blocked: true });
    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown_customer' } });
    expect((await loyalty.rest.get(`/customers/${newUuid()}`)).status).toBe(404);
  });
});

describe('GET /customers', () => {
  it('lists by pages, newest first, and ends with null', async () => {
    const { rest } = loyalty;
    const customers = [someone(), someone(), someone()];
    for (const customer of customers) await rest.post('/customers', customer);
    const listed: unknown[] = [];
    let cursor = '';
    do {
      const { status, body } = await rest.get(`/customers?limit=2${cursor}`);
      expect(status).toBe(200);
      listed.push(...(body.data as unknown[]));
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    const ours = listed.filter((each) => customers.some(({ customerId }) => customerId === (each as { customerId: string }).customerId));
    expect(ours).toEqual(customers.toReversed());
  });

  it('finds by e-mail address, however it is written', async () => {
    const ada = someone();
    await loyalty.rest.post('/customers', ada);
    const { body } = await loyalty.rest.get(`/customers?email=${ada.email.toUpperCase()}`);
    expect(body).toEqual({ data: [ada], nextCursor: null });
    expect((await loyalty.rest.get(`/customers?email=no-${ada.email}`)).body).toEqual({ data: [], nextCursor: null });
  });
});

describe('bad input', () => {
  const ada = { email: 'ada@example.com', name: 'Ada' };
  it.each([
    ['no body', undefined, 400],
    ['broken JSON', '{"email":', 400],
    ['__proto__', '{"email":"ada@example.com","name":"Ada","__proto__":{"blocked":true}}', 400],
    ['an array', [], 400],
    ['no e-mail address', { name: 'Ada' }, 400],
    ['what is no e-mail address', { ...ada, email: 'ada' }, 400],
    ['a name of blanks', { ...ada, name: '  ' }, 400],
    ['a wrong type', { ...ada, blocked: 'yes' }, 400],
    ['an unknown field', { ...ada, points: 100 }, 400],
    ['an id that is none', { ...ada, customerId: '../ada' }, 400],
    ['a body of 1 MB', { ...ada, name: 'a'.repeat(1_000_000) }, 413],
  ])('%s is answered with a problem that names it', async (_, body, status) => {
    const answer = await loyalty.rest.post('/customers', body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ status, code: expect.any(String), detail: expect.any(String) });
  });

  it('another content type, an unknown field of the query, a foreign cursor and an empty change are refused', async () => {
    const { rest } = loyalty;
    const asText = { headers: { 'content-type': 'text/plain' } };
    expect((await rest.post('/customers', ada, asText)).status).toBe(415);
    expect((await rest.get('/customers?name=ada')).status).toBe(400);
    expect((await rest.get('/customers?limit=0')).status).toBe(400);
    expect((await rest.get('/customers?email=ada')).status).toBe(400);
    expect((await rest.get('/customers?cursor=bm9uZQ')).body.code).toBe('invalid_cursor');
    expect((await rest.patch('/customers/ada', {})).status).toBe(400);
  });
});

describe('who is no operator', () => {
  it.each([
    ['POST', '/customers'],
    ['GET', '/customers'],
    ['GET', '/customers/ada'],
    ['PATCH', '/customers/ada'],
    ['GET', '/customers/ada/points'],
    ['GET', '/customers/ada/points/ledger'],
    ['POST', '/customers/ada/points'],
  ])('may not %s %s', async (method, path) => {
    const answer = await loyalty.rest.call(method, path, undefined, { token: 'guessed' });
    expect(answer).toMatchObject({ status: 401, body: { code: 'operator_token_required' } });
  });
});

describe('the API document', () => {
  it('describes every route with all the statuses it answers', async () => {
    const { body } = await loyalty.rest.get('/openapi.json');
    const paths = body.paths as Record<string, Record<string, { responses: object }>>;
    const statuses = (path: string, method: string) => Object.keys(paths[path]?.[method]?.responses ?? {});
    expect(statuses('/customers', 'post')).toEqual(expect.arrayContaining(['201', '400', '401', '409', '413', '415', '503']));
    expect(statuses('/customers/{customerId}', 'patch')).toEqual(expect.arrayContaining(['200', '400', '401', '404', '409', '503']));
    expect(statuses('/customers/{customerId}/points', 'post')).toEqual(expect.arrayContaining(['200', '404', '409', '422']));
  });
});
