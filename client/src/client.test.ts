import { describe, expect, it, vi } from 'vitest';
import { type CheckoutRequest, createMicroshopClient, dataOf, newIdempotencyKey, type Order, ProblemError } from './index.ts';

const order = (status: Order['status'], version = 1) => ({ orderId: 'o-1', status, version }) as Order;
const request: CheckoutRequest = { customer: { customerId: 'ada' }, items: [{ sku: 'CAP', quantity: 1 }] };
const json = (body: unknown, init: ResponseInit = {}) => Response.json(body, init);
const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  json({ type: 'about:blank', title: 'x', status, code, detail: `It is ${code}.` }, { status, headers });
const stream = (...states: Order[]) =>
  new Response(states.map((state) => `id: ${state.version}\ndata: ${JSON.stringify(state)}\n\n`).join(''), {
    headers: { 'content-type': 'text/event-stream' },
  });
const cutOff = () => new TypeError('terminated');

/** A shop that answers so, one after the other, and remembers what it was asked. */
function shopThat(...answers: (Response | Error)[]) {
  const asked: Request[] = [];
  const fetch = vi.fn(async (sent: Request) => {
    asked.push(sent.clone());
    const answer = answers.shift();
    if (answer instanceof Response) return answer;
    throw answer ?? new Error('asked too often');
  });
  return { asked, shop: createMicroshopClient({ baseUrl: 'http://shop.test/api', token: () => 'secret', fetch }) };
}

describe('an operation', () => {
  it('is asked below the base address, with the token', async () => {
    const { shop, asked } = shopThat(json({ data: [], nextCursor: null }));
    expect(await dataOf(shop.api.GET('/products', { params: { query: { limit: 5 } } }))).toEqual({ data: [], nextCursor: null });
    expect(asked[0]?.url).toBe('http://shop.test/api/products?limit=5');
    expect(asked[0]?.headers.get('authorization')).toBe('Bearer secret');
  });

  it('that is refused throws the problem document', async () => {
    const { shop } = shopThat(problem(404, 'unknown_sku'));
    const error = await dataOf(shop.api.GET('/products/{sku}', { params: { path: { sku: 'NO' } } })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ status: 404, code: 'unknown_sku', message: 'It is unknown_sku.' });
  });

  it('whose failure is none of the shop is a problem, too', async () => {
    const { shop } = shopThat(new Response('<html>Bad gateway</html>', { status: 502 }));
    await expect(dataOf(shop.api.GET('/products'))).rejects.toMatchObject({ status: 502, code: 'unexpected_answer' });
  });
});

describe('a checkout', () => {
  it('sends key and wait', async () => {
    const { shop, asked } = shopThat(json(order('confirmed'), { status: 201 }));
    expect(await shop.checkOut(request, { idempotencyKey: 'k', waitSeconds: 10 })).toMatchObject({ status: 'confirmed' });
    expect(await asked[0]?.json()).toEqual(request);
    expect([asked[0]?.headers.get('idempotency-key'), asked[0]?.headers.get('prefer')]).toEqual(['k', 'wait=10']);
  });

  it('whose answer is lost, or that finds the shop busy, is sent again with the same key', async () => {
    const busy = problem(503, 'overloaded', { 'retry-after': '0' });
    const { shop, asked } = shopThat(new TypeError('fetch failed'), busy, json(order('pending'), { status: 202 }));
    expect(await shop.checkOut(request, { idempotencyKey: 'k' })).toMatchObject({ status: 'pending' });
    expect(asked.map((sent) => sent.headers.get('idempotency-key'))).toEqual(['k', 'k', 'k']);
  });

  it.each([
    ['a rejection', problem(409, 'out_of_stock')],
    ['a refusal', problem(422, 'discount_invalid')],
    ['a fault of the service', problem(500, 'internal_error')],
  ])('is not sent again after %s', async (_, answer) => {
    const { shop, asked } = shopThat(answer);
    await expect(shop.checkOut(request, { idempotencyKey: 'k' })).rejects.toBeInstanceOf(ProblemError);
    expect(asked).toHaveLength(1);
  });

  it('is given up after so many attempts, with the last trouble', async () => {
    const busy = () => problem(503, 'overloaded', { 'retry-after': '0' });
    const { shop, asked } = shopThat(busy(), busy(), busy());
    await expect(shop.checkOut(request, { idempotencyKey: 'k', attempts: 2 })).rejects.toMatchObject({ code: 'overloaded' });
    expect(asked).toHaveLength(2);
  });

  it('ends while it waits for the next attempt when it is not wanted any more', async () => {
    const leaving = new AbortController();
    const { shop } = shopThat(problem(503, 'overloaded', { 'retry-after': '3600' }));
    const sent = shop.checkOut(request, { idempotencyKey: 'k', signal: leaving.signal });
    leaving.abort();
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('gets a key of its own', () => {
    expect(newIdempotencyKey()).toMatch(/^[0-9a-f]{32}$/);
    expect(newIdempotencyKey()).not.toBe(newIdempotencyKey());
  });
});

describe('following an order', () => {
  const statesOf = (followed: AsyncGenerator<Order>) => Array.fromAsync(followed, ({ status, version }) => [status, version]);

  it('gives all its states and ends with the stream of a decided order', async () => {
    const { shop } = shopThat(stream(order('pending'), order('confirmed', 2), order('cancelled', 3)));
    expect(await statesOf(shop.followOrder('o-1'))).toEqual([
      ['pending', 1],
      ['confirmed', 2],
      ['cancelled', 3],
    ]);
  });

  it('resumes a stream that ended or broke after the last state that came', async () => {
    const { shop, asked } = shopThat(stream(order('pending')), cutOff(), stream(order('confirmed', 2)));
    expect(await statesOf(shop.followOrder('o-1'))).toEqual([
      ['pending', 1],
      ['confirmed', 2],
    ]);
    expect(asked.map((sent) => sent.headers.get('last-event-id'))).toEqual([null, '1', '1']);
    expect(asked[0]?.headers.get('accept')).toBe('text/event-stream');
  });

  it('ends when there is nothing to come', async () => {
    const { shop } = shopThat(new Response(null, { status: 204 }));
    expect(await statesOf(shop.followOrder('o-1'))).toEqual([]);
  });

  it('throws what the shop refuses', async () => {
    const { shop } = shopThat(problem(404, 'unknown_order'));
    await expect(statesOf(shop.followOrder('o-1'))).rejects.toMatchObject({ code: 'unknown_order' });
  });

  it('throws what is no order instead of asking again', async () => {
    const { shop } = shopThat(new Response('data: x\n\n', { headers: { 'content-type': 'text/event-stream' } }));
    await expect(statesOf(shop.followOrder('o-1'))).rejects.toBeInstanceOf(SyntaxError);
  });

  it('ends when nobody wants to hear of it any more', async () => {
    const leaving = new AbortController();
    const { shop } = shopThat(stream(order('pending')));
    const followed = shop.followOrder('o-1', leaving.signal);
    await followed.next();
    const next = followed.next();
    leaving.abort();
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
  });
});
