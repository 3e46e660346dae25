import type { Random } from '@microshop/chassis/testing/random';
import type { CheckoutRequest, Order as OrderView, StockLevel } from '@microshop/contracts/http';
import type { History, Outcome } from '../history/history.ts';
import type { CheckoutAnswer, Failure, Operations } from '../history/operations.ts';
import { type Answer, type Ask, ask } from './http.ts';

export type Urls = Readonly<Record<'order' | 'inventory' | 'loyalty', readonly string[]>>;

export type CheckoutManner = { prefer?: string; abortAfterMs?: number; slowBytes?: number };

/** The shop as one client sees it: each question goes to any instance and is written into the history. */
export type ShopClient = ReturnType<typeof createShopClient>;

export type ShopClientOptions = { name: string; urls: Urls; operatorToken: string; history: History; random: Random };

export function createShopClient({ name, urls, operatorToken, history, random }: ShopClientOptions) {
  /** Like a load balancer: where nobody is there to hear, another instance is asked. */
  async function send(service: keyof Urls, request: Ask, isOperator = false): Promise<Answer> {
    const first = random.between(0, urls[service].length - 1);
    let answer: Answer = { kind: 'unsent', code: 'no_instance' };
    for (let nth = 0; nth < urls[service].length && answer.kind === 'unsent'; nth++) {
      const url = urls[service][(first + nth) % urls[service].length] ?? '';
      answer = await ask(url, { ...request, ...(isOperator && { token: operatorToken }) });
    }
    return answer;
  }

  async function checkOut(f: 'checkout' | 'reuse', asked: { key: string; body: CheckoutRequest }, manner: CheckoutManner) {
    const { prefer = 'wait=2', ...rest } = manner;
    const request = { method: 'POST', path: '/checkout', body: asked.body, headers: { 'idempotency-key': asked.key, prefer }, ...rest };
    return history.call(name, f, asked, async () => checkoutOutcome(await send('order', request)));
  }

  const changeOrder = (f: 'cancel' | 'fulfil', orderId: string) =>
    history.call(name, f, { orderId }, async () =>
      outcomeOf(await send('order', { method: 'POST', path: `/orders/${orderId}/${f}` }, f === 'fulfil'), orderTold),
    );

  return {
    name,
    checkout: (key: string, body: CheckoutRequest, manner: CheckoutManner = {}) => checkOut('checkout', { key, body }, manner),
    reuse: (key: string, body: CheckoutRequest) => checkOut('reuse', { key, body }, { prefer: 'respond-async' }),
    cancel: (orderId: string) => changeOrder('cancel', orderId),
    fulfil: (orderId: string) => changeOrder('fulfil', orderId),
    readOrder: (orderId: string) =>
      history.call(name, 'read order', { orderId }, async () => outcomeOf(await send('order', { path: `/orders/${orderId}` }), orderTold)),
    readStock: (sku: string) =>
      history.call(name, 'read stock', { sku }, async () =>
        outcomeOf(await send('inventory', { path: `/products/${sku}/stock` }), levelTold),
      ),
    readBalance: (customerId: string) =>
      history.call(name, 'read balance', { customerId }, async () =>
        outcomeOf(await send('loyalty', { path: `/customers/${customerId}/points` }, true), balanceTold),
      ),
    hold: (items: Operations['hold']['asked']['items']) =>
      history.call(name, 'hold', { items }, async () =>
        outcomeOf(
          await send('inventory', { method: 'POST', path: '/products/validate-stock', body: { items, reserve: true } }),
          ({ reservationId }) => (reservationId === undefined ? {} : { reservationId: String(reservationId) }),
        ),
      ),
    rollBack: (reservationId: string) =>
      history.call(name, 'roll back', { reservationId }, async () =>
        outcomeOf(await send('inventory', { method: 'POST', path: '/products/rollback-stock', body: { reservationId } }), ({ status }) => ({
          status: status as Operations['roll back']['told']['status'],
        })),
      ),
    adjustStock: (sku: string, change: number, key: string) =>
      history.call(name, 'adjust stock', { sku, change, key }, async () =>
        outcomeOf(await adjust('inventory', `/products/${sku}/stock`, change, key), levelTold),
      ),
    adjustPoints: (customerId: string, change: number, key: string) =>
      history.call(name, 'adjust points', { customerId, change, key }, async () =>
        outcomeOf(await adjust('loyalty', `/customers/${customerId}/points`, change, key), balanceTold),
      ),
    reprice: (sku: string, unitPrice: number) =>
      history.call(name, 'reprice', { sku, unitPrice }, async () =>
        outcomeOf(
          await send(
            'inventory',
            { method: 'PUT', path: `/products/${sku}`, body: { name: sku, unitPrice, currency: 'EUR' }, headers: { 'if-match': '*' } },
            true,
          ),
          () => ({ unitPrice }),
        ),
      ),
    malformed: (what: string, request: Ask) =>
      history.call(name, 'malformed', { what }, async () => outcomeOf(await send('order', request), (_body, status) => ({ status }))),
    /** What only prepares the shop, and no invariant is about. */
    send,
  };

  function adjust(service: 'inventory' | 'loyalty', path: string, change: number, key: string): Promise<Answer> {
    return send(service, { method: 'POST', path, body: { change, reason: 'chaos' }, headers: { 'idempotency-key': key } }, true);
  }
}

const orderTold = (body: object) => ({ order: body as OrderView });
const levelTold = (body: object) => ({ level: body as StockLevel });
const balanceTold = ({ balance }: Record<string, unknown>) => ({ balance: Number(balance) });

/** A 4xx is a refusal without an effect; of a 5xx and of no answer nobody knows, unless nobody was there to ask. */
function failureOf(answer: Answer): { type: 'fail' | 'info'; failure: Failure } {
  if (answer.kind !== 'answer') return { type: answer.kind === 'unsent' ? 'fail' : 'info', failure: { code: answer.code } };
  const { status, body } = answer;
  const orderId = typeof body.orderId === 'string' ? { orderId: body.orderId } : {};
  return { type: status >= 400 && status < 500 ? 'fail' : 'info', failure: { status, code: String(body.code), ...orderId } };
}

const isGood = (status: number): boolean => status >= 200 && status < 300;

const outcomeOf = <Told>(answer: Answer, tell: (body: Record<string, unknown>, status: number) => Told) =>
  answer.kind === 'answer' && isGood(answer.status) ? { type: 'ok' as const, told: tell(answer.body, answer.status) } : failureOf(answer);

function checkoutOutcome(answer: Answer): Outcome<'checkout'> {
  const { orderId, code } = answer.kind === 'answer' && answer.status === 409 ? answer.body : {};
  if (typeof orderId !== 'string') return outcomeOf(answer, placedTold);
  return { type: 'ok', told: { status: 409, orderId, orderStatus: 'rejected', code: String(code) } };
}

function placedTold(body: object, status: number): CheckoutAnswer {
  const order = body as OrderView;
  return { status, orderId: order.orderId, orderStatus: order.status, order };
}
