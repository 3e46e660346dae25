import createClient, { type Client } from 'openapi-fetch';
import type { CheckoutRequest, Order, Paths, Quote, QuoteRequest } from './api.ts';
import { type CheckoutOptions, checkOut } from './check-out.ts';
import { followOrder } from './follow-order.ts';
import { dataOf } from './problem.ts';

export type * from './api.ts';
export { type CheckoutOptions, newIdempotencyKey } from './check-out.ts';
export { dataOf, ProblemError } from './problem.ts';

export type MicroshopOptions = {
  /** The one origin of the three services, with its path: `http://127.0.0.1:4000/api`, or `/api` in a page of the same origin. */
  baseUrl: string;
  /** Of a customer or an operator; a function is asked before each request. */
  token?: string | (() => string | undefined | Promise<string | undefined>) | undefined;
  fetch?: ((request: Request) => Promise<Response>) | undefined;
};

export type MicroshopClient = {
  /** Every operation of the three services, typed: `api.GET('/products/{sku}', …)`. Answers `{ data, error, response }`; `dataOf` makes it data or a throw. */
  readonly api: Client<Paths>;
  /** What the checkout would cost now, as the shop would charge it; nothing is kept. Refused as the checkout would be, with a `ProblemError`. */
  quote(request: QuoteRequest, signal?: AbortSignal): Promise<Quote>;
  /** Places one order for the key, however often it is sent: pending, confirmed, or what became of it since. A rejection is a `ProblemError` with its `code`. */
  checkOut(request: CheckoutRequest, options: CheckoutOptions): Promise<Order>;
  /** The order in each of its states until it is decided; survives broken connections. */
  followOrder(orderId: string, signal?: AbortSignal): AsyncGenerator<Order>;
};

/** A client of the whole shop, for browsers and Node. */
export function createMicroshopClient({ baseUrl, token, fetch }: MicroshopOptions): MicroshopClient {
  const api = createClient<Paths>({ baseUrl, ...(fetch && { fetch }) });
  api.use({
    async onRequest({ request }) {
      const bearer = typeof token === 'function' ? await token() : token;
      if (bearer !== undefined) request.headers.set('authorization', `Bearer ${bearer}`);
    },
  });

  return {
    api,
    quote: (body, signal) => dataOf(api.POST('/checkout/quote', { body, signal: signal ?? null })),
    checkOut: (checkout, checkoutOptions) =>
      checkOut(
        (body, { idempotencyKey, waitSeconds, signal }) => {
          const header = { 'idempotency-key': idempotencyKey, ...(waitSeconds !== undefined && { prefer: `wait=${waitSeconds}` }) };
          return dataOf(api.POST('/checkout', { params: { header }, body, signal: signal ?? null }));
        },
        checkout,
        checkoutOptions,
      ),
    followOrder: (orderId, signal = new AbortController().signal) =>
      followOrder(async (lastEventId, connection) => {
        const header = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
        const stream = api.GET('/orders/{orderId}/events', {
          params: { path: { orderId }, header },
          headers: { accept: 'text/event-stream' },
          parseAs: 'stream',
          signal: connection,
        });
        return (await dataOf(stream)) ?? undefined;
      }, signal),
  };
}
